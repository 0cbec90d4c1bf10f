//! The macro that compiles a generic kernel in this crate, once for `f32` and once for `f64`.

/// Defines a function whose body is compiled by this crate.
///
/// A generic function is compiled by the crate that calls it, as slowly as a debug build wants its own code. So this one
/// only calls a method of its element type. The method's trait stands in a module of the function's name, and must be
/// in the list of [`Element`](crate::element::Element)'s supertraits.
macro_rules! compiled {
    (
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident<T: Element>($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block
    ) => {
        $(#[$attribute])*
        $visibility fn $name<T: Element>($($argument: $type),*) $(-> $result)? {
            <T as $name::Compiled<T>>::run($($argument),*)
        }

        pub(crate) mod $name {
            #[allow(clippy::wildcard_imports, reason = "whatever the kernel's own file has")]
            use super::*;

            /// The kernel for the element type T, which is `Self`.
            pub trait Compiled<T> {
                fn run($($argument: $type),*) $(-> $result)?;
            }

            /// The same, compiled where it is called.
            #[allow(clippy::inline_always, reason = "`run` is this function")]
            #[inline(always)]
            $(#[$attribute])*
            pub(crate) fn here<T: Element>($($argument: $type),*) $(-> $result)? $body

            const _: () = {
                type T = f32;
                impl Compiled<T> for T {
                    fn run($($argument: $type),*) $(-> $result)? {
                        here($($argument),*)
                    }
                }
            };

            const _: () = {
                type T = f64;
                impl Compiled<T> for T {
                    fn run($($argument: $type),*) $(-> $result)? {
                        here($($argument),*)
                    }
                }
            };
        }
    };
}
pub(crate) use compiled;
