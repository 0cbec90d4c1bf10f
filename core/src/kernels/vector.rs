//! Vectors of floats, as the product kernels see them: one trait, and the implementation that any processor can run.
#![allow(clippy::inline_always, reason = "takes over its caller's processor features")]

use super::tile::{self, Dots, Pack, Tile};

/// The vector types of an element type, one for each instruction set.
pub trait Vectors: Sized {
    /// For any processor.
    type Portable: Vector<Element = Self>;
    /// For AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    type Avx2: Vector<Element = Self>;
    /// For AVX-512.
    #[cfg(target_arch = "x86_64")]
    type Avx512: Vector<Element = Self>;

    /// c = a b + `beta` c through the crate `matrixmultiply`; `sizes` are rows, depth and columns.
    ///
    /// # Safety
    ///
    /// The pointers and their strides (row, column) reach matrices of these sizes.
    #[cfg(feature = "matrixmultiply")]
    unsafe fn gemm(
        sizes: [usize; 3],
        a: (*const Self, [usize; 2]),
        b: (*const Self, [usize; 2]),
        beta: Self,
        c: (*mut Self, [usize; 2]),
    );
}

/// A vector register of floats.
///
/// # Safety
///
/// Every function that is `unsafe` here asks two things of its caller: the processor has the vector's features, and
/// pointers reach as many elements as the vector (or the mask, or the tile) has.
pub trait Vector: Copy + Send + Sync {
    /// What it is a vector of.
    type Element: crate::element::Element;
    /// Which lanes take part in a masked load or store.
    type Mask: Copy;
    /// Elements in a vector.
    const LANES: usize;
    /// Rows of the largest tile: 8, 6, 4 or 2. Its sums and one row of b fit in the registers.
    const ROWS: usize;
    /// Vectors in a row of the largest tile: 2 or 3.
    const VECTORS: usize;

    /// The mask of the first `lanes` lanes.
    unsafe fn mask(lanes: usize) -> Self::Mask;
    /// All lanes the same.
    unsafe fn splat(value: Self::Element) -> Self;
    /// `LANES` elements.
    unsafe fn load(from: *const Self::Element) -> Self;
    /// The elements under the mask, else 0.
    unsafe fn load_masked(from: *const Self::Element, mask: Self::Mask) -> Self;
    /// `LANES` elements.
    unsafe fn store(self, to: *mut Self::Element);
    /// The elements under the mask; the others are left alone.
    unsafe fn store_masked(self, to: *mut Self::Element, mask: Self::Mask);
    /// `self + other`.
    unsafe fn add(self, other: Self) -> Self;
    /// `self · factor + term`, in one rounding where the processor can.
    unsafe fn mul_add(self, factor: Self, term: Self) -> Self;
    /// `max(self, 0)`, NaN stays.
    unsafe fn relu(self) -> Self;
    /// The two halves of a₀ b₀ a₁ b₁ ….
    unsafe fn zip(self, other: Self) -> (Self, Self);
    /// The sum of the lanes.
    unsafe fn sum(self) -> Self::Element;

    /// [`tile::multiply`] compiled for this vector's processors.
    unsafe fn multiply<const ROWS: usize, const VECTORS: usize, const SUMS: usize>(tile: &Tile<Self>);
    /// [`tile::dots`] compiled for this vector's processors.
    unsafe fn dots<const ROWS: usize, const COLUMNS: usize>(dots: &Dots<Self>);
    /// [`tile::pack`] compiled for this vector's processors.
    unsafe fn pack(pack: &Pack<Self>);
}

/// How many lanes and rows suit the processors that the crate is compiled for: 128 bits wherever there are vectors,
/// and small tiles of scalars (little code, few registers) where there are none, as on a microcontroller.
const SIMD: bool = cfg!(any(target_feature = "sse2", target_feature = "neon", target_feature = "simd128"));

macro_rules! portable {
    ($float:ident, $lanes:expr) => {
        impl Vector for [$float; $lanes] {
            type Element = $float;
            type Mask = usize;
            const LANES: usize = $lanes;
            const ROWS: usize = if SIMD { 4 } else { 2 };
            const VECTORS: usize = 2;

            #[inline(always)]
            unsafe fn mask(lanes: usize) -> usize {
                lanes
            }

            #[inline(always)]
            unsafe fn splat(value: $float) -> Self {
                [value; $lanes]
            }

            #[inline(always)]
            unsafe fn load(from: *const $float) -> Self {
                // SAFETY: The caller's pointer reaches as many elements; an array of floats is aligned like a float.
                unsafe { from.cast::<Self>().read() }
            }

            #[inline(always)]
            unsafe fn load_masked(from: *const $float, mask: usize) -> Self {
                let mut vector = [0.0; $lanes];
                for (lane, value) in vector.iter_mut().enumerate() {
                    if lane < mask {
                        // SAFETY: The lane is under the mask, so the caller's pointer reaches it.
                        *value = unsafe { from.add(lane).read() };
                    }
                }
                vector
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $float) {
                // SAFETY: The caller's pointer reaches as many elements; an array of floats is aligned like a float.
                unsafe { to.cast::<Self>().write(self) }
            }

            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $float, mask: usize) {
                let vector = self;
                // SAFETY: The caller's pointer reaches the lanes under the mask, which are at most all.
                unsafe { to.copy_from_nonoverlapping(vector.as_ptr(), mask) }
            }

            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                core::array::from_fn(|lane| self[lane] + other[lane])
            }

            #[inline(always)]
            unsafe fn mul_add(self, factor: Self, term: Self) -> Self {
                core::array::from_fn(|lane| self[lane] * factor[lane] + term[lane])
            }

            #[inline(always)]
            unsafe fn relu(self) -> Self {
                self.map(|x| if x < 0.0 { 0.0 } else { x })
            }

            #[inline(always)]
            unsafe fn zip(self, other: Self) -> (Self, Self) {
                let pick = |i: usize| {
                    if i % 2 == 0 { self[i / 2] } else { other[i / 2] }
                };
                (core::array::from_fn(pick), core::array::from_fn(|lane| pick(lane + $lanes)))
            }

            #[inline(always)]
            unsafe fn sum(self) -> $float {
                self.into_iter().sum()
            }

            unsafe fn multiply<const ROWS: usize, const VECTORS: usize, const SUMS: usize>(tile: &Tile<Self>) {
                // SAFETY: The caller keeps `Vector`'s contract.
                unsafe { tile::multiply::<Self, ROWS, VECTORS, SUMS>(tile) }
            }

            unsafe fn dots<const ROWS: usize, const COLUMNS: usize>(dots: &Dots<Self>) {
                // SAFETY: The caller keeps `Vector`'s contract.
                unsafe { tile::dots::<Self, ROWS, COLUMNS>(dots) }
            }

            unsafe fn pack(pack: &Pack<Self>) {
                // SAFETY: The caller keeps `Vector`'s contract.
                unsafe { tile::pack(pack) }
            }
        }
    };
}

portable!(f32, if SIMD { 4 } else { 1 });
portable!(f64, if SIMD { 2 } else { 1 });

macro_rules! vectors {
    ($float:ident, $lanes:expr, $avx2:ident, $avx512:ident, $gemm:ident) => {
        impl Vectors for $float {
            type Portable = [$float; $lanes];
            #[cfg(target_arch = "x86_64")]
            type Avx2 = core::arch::x86_64::$avx2;
            #[cfg(target_arch = "x86_64")]
            type Avx512 = core::arch::x86_64::$avx512;

            #[cfg(feature = "matrixmultiply")]
            unsafe fn gemm(
                sizes: [usize; 3],
                a: (*const Self, [usize; 2]),
                b: (*const Self, [usize; 2]),
                beta: Self,
                c: (*mut Self, [usize; 2]),
            ) {
                let [m, k, n] = sizes;
                let [ars, acs, brs, bcs, crs, ccs] =
                    [a.1[0], a.1[1], b.1[0], b.1[1], c.1[0], c.1[1]].map(usize::cast_signed);
                // SAFETY: The caller vouches for the pointers and strides.
                unsafe {
                    matrixmultiply::$gemm(m, k, n, 1.0, a.0, ars, acs, b.0, brs, bcs, beta, c.0, crs, ccs);
                }
            }
        }
    };
}

vectors!(f32, if SIMD { 4 } else { 1 }, __m256, __m512, sgemm);
vectors!(f64, if SIMD { 2 } else { 1 }, __m256d, __m512d, dgemm);
