//! Which kernels this processor can run, and the macro that compiles a loop once for each of them.

/// An instruction set that we have kernels for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Processor {
    /// Whatever the crate is compiled for.
    Portable,
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 with F, BW, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Whether the processor has all these features: asked at run time with `std`, at compile time without.
#[cfg(target_arch = "x86_64")]
macro_rules! has {
    ($($feature:tt),*) => {{
        #[cfg(feature = "std")]
        let has = $(std::arch::is_x86_feature_detected!($feature))&&*;
        #[cfg(not(feature = "std"))]
        let has = $(cfg!(target_feature = $feature))&&*;
        has
    }};
}

impl Processor {
    /// The best one here. The standard library caches what it asked, so this is a load and a comparison.
    #[inline]
    pub(crate) fn detect() -> Self {
        #[cfg(test)]
        if let Some(forced) = crate::kernels::tests::forced() {
            return forced;
        }
        #[cfg(target_arch = "x86_64")]
        {
            if has!("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma") {
                return Self::Avx512;
            }
            if has!("avx2", "fma") {
                return Self::Avx2;
            }
        }
        Self::Portable
    }
}

/// Defines a function whose body is compiled once for each instruction set, and chosen at run time.
///
/// The body and everything that it calls in a loop must be inlined: only then does it take over the features of the
/// function that it stands in.
macro_rules! per_processor {
    (
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident<T: Element>($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block
    ) => {
        $crate::kernels::compiled::compiled! {
            $(#[$attribute])*
            $visibility fn $name<T: Element>($($argument: $type),*) $(-> $result)? {
                #[allow(clippy::inline_always, reason = "takes over its caller's processor features")]
                #[inline(always)]
                fn body<T: Element>($($argument: $type),*) $(-> $result)? $body

                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx2,fma")]
                fn avx2<T: Element>($($argument: $type),*) $(-> $result)? {
                    body($($argument),*)
                }

                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
                fn avx512<T: Element>($($argument: $type),*) $(-> $result)? {
                    body($($argument),*)
                }

                match $crate::kernels::processor::Processor::detect() {
                    $crate::kernels::processor::Processor::Portable => body($($argument),*),
                    #[cfg(target_arch = "x86_64")]
                    $crate::kernels::processor::Processor::Avx2 => {
                        // SAFETY: The processor was found to have AVX2 and FMA.
                        unsafe { avx2($($argument),*) }
                    }
                    #[cfg(target_arch = "x86_64")]
                    $crate::kernels::processor::Processor::Avx512 => {
                        // SAFETY: The processor was found to have these features of AVX-512.
                        unsafe { avx512($($argument),*) }
                    }
                }
            }
        }
    };
}
pub(crate) use per_processor;
