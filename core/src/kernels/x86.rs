//! The vectors of x86-64: AVX2 with FMA, and AVX-512.
#![allow(clippy::inline_always, reason = "takes over its caller's processor features")]

#[allow(clippy::wildcard_imports, reason = "the intrinsics' own prefix says where they are from")]
use core::arch::x86_64::*;

use super::tile::{self, Dots, Pack, Tile};
use super::vector::Vector;

/// Implements [`Vector`] by one expression for each function.
macro_rules! vector {
    (
        $vector:ident, $float:ident, $mask:ident, $features:literal,
        lanes: $lanes:literal, rows: $rows:literal, vectors: $vectors:literal,
        mask($mask_lanes:ident): $make_mask:expr,
        splat($value:ident): $splat:expr,
        load($from:ident): $load:expr,
        load_masked($from_masked:ident, $load_mask:ident): $load_masked:expr,
        store($to:ident, $stored:ident): $store:expr,
        store_masked($to_masked:ident, $store_mask:ident, $stored_masked:ident): $store_masked:expr,
        add($x:ident, $y:ident): $add:expr,
        mul_add($a:ident, $b:ident, $c:ident): $mul_add:expr,
        relu($r:ident): $relu:expr,
        zip($left:ident, $right:ident): $zip:expr,
        sum($s:ident): $sum:expr,
    ) => {
        impl Vector for $vector {
            type Element = $float;
            type Mask = $mask;
            const LANES: usize = $lanes;
            const ROWS: usize = $rows;
            const VECTORS: usize = $vectors;

            #[inline(always)]
            unsafe fn mask($mask_lanes: usize) -> $mask {
                // SAFETY: The caller vouches for the processor's features.
                unsafe { $make_mask }
            }

            #[inline(always)]
            unsafe fn splat($value: $float) -> Self {
                // SAFETY: The caller vouches for the processor's features.
                unsafe { $splat }
            }

            #[inline(always)]
            unsafe fn load($from: *const $float) -> Self {
                // SAFETY: The caller vouches for the processor's features and for the pointer.
                unsafe { $load }
            }

            #[inline(always)]
            unsafe fn load_masked($from_masked: *const $float, $load_mask: $mask) -> Self {
                // SAFETY: The caller vouches for the processor's features and for the pointer's lanes under the mask.
                unsafe { $load_masked }
            }

            #[inline(always)]
            unsafe fn store(self, $to: *mut $float) {
                let $stored = self;
                // SAFETY: The caller vouches for the processor's features and for the pointer.
                unsafe { $store }
            }

            #[inline(always)]
            unsafe fn store_masked(self, $to_masked: *mut $float, $store_mask: $mask) {
                let $stored_masked = self;
                // SAFETY: The caller vouches for the processor's features and for the pointer's lanes under the mask.
                unsafe { $store_masked }
            }

            #[inline(always)]
            unsafe fn add(self, $y: Self) -> Self {
                let $x = self;
                // SAFETY: The caller vouches for the processor's features.
                unsafe { $add }
            }

            #[inline(always)]
            unsafe fn mul_add(self, $b: Self, $c: Self) -> Self {
                let $a = self;
                // SAFETY: The caller vouches for the processor's features.
                unsafe { $mul_add }
            }

            #[inline(always)]
            unsafe fn relu(self) -> Self {
                let $r = self;
                // SAFETY: The caller vouches for the processor's features.
                unsafe { $relu }
            }

            #[inline(always)]
            unsafe fn zip(self, $right: Self) -> (Self, Self) {
                let $left = self;
                // SAFETY: The caller vouches for the processor's features.
                unsafe { $zip }
            }

            #[inline(always)]
            unsafe fn sum(self) -> $float {
                let $s = self;
                // SAFETY: The caller vouches for the processor's features.
                unsafe { $sum }
            }

            unsafe fn multiply<const ROWS: usize, const VECTORS: usize, const SUMS: usize>(tile: &Tile<Self>) {
                #[target_feature(enable = $features)]
                unsafe fn compiled<const ROWS: usize, const VECTORS: usize, const SUMS: usize>(tile: &Tile<$vector>) {
                    // SAFETY: The caller keeps `Vector`'s contract.
                    unsafe { tile::multiply::<$vector, ROWS, VECTORS, SUMS>(tile) }
                }
                // SAFETY: The caller keeps `Vector`'s contract.
                unsafe { compiled::<ROWS, VECTORS, SUMS>(tile) }
            }

            unsafe fn dots<const ROWS: usize, const COLUMNS: usize>(dots: &Dots<Self>) {
                #[target_feature(enable = $features)]
                unsafe fn compiled<const ROWS: usize, const COLUMNS: usize>(dots: &Dots<$vector>) {
                    // SAFETY: The caller keeps `Vector`'s contract.
                    unsafe { tile::dots::<$vector, ROWS, COLUMNS>(dots) }
                }
                // SAFETY: The caller keeps `Vector`'s contract.
                unsafe { compiled::<ROWS, COLUMNS>(dots) }
            }

            unsafe fn pack(pack: &Pack<Self>) {
                #[target_feature(enable = $features)]
                unsafe fn compiled(pack: &Pack<$vector>) {
                    // SAFETY: The caller keeps `Vector`'s contract.
                    unsafe { tile::pack(pack) }
                }
                // SAFETY: The caller keeps `Vector`'s contract.
                unsafe { compiled(pack) }
            }
        }
    };
}

vector! {
    __m256, f32, __m256i, "avx2,fma",
    lanes: 8, rows: 6, vectors: 2,
    mask(lanes): first_lanes_32(lanes),
    splat(value): _mm256_set1_ps(value),
    load(from): _mm256_loadu_ps(from),
    load_masked(from, mask): _mm256_maskload_ps(from, mask),
    store(to, v): _mm256_storeu_ps(to, v),
    store_masked(to, mask, v): _mm256_maskstore_ps(to, mask, v),
    add(a, b): _mm256_add_ps(a, b),
    mul_add(a, b, c): _mm256_fmadd_ps(a, b, c),
    relu(v): _mm256_max_ps(_mm256_setzero_ps(), v),
    zip(a, b): {
        let (low, high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        (_mm256_permute2f128_ps::<0x20>(low, high), _mm256_permute2f128_ps::<0x31>(low, high))
    },
    sum(v): {
        let v = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v));
        let v = _mm_add_ps(v, _mm_movehl_ps(v, v));
        _mm_cvtss_f32(_mm_add_ss(v, _mm_movehdup_ps(v)))
    },
}

vector! {
    __m256d, f64, __m256i, "avx2,fma",
    lanes: 4, rows: 6, vectors: 2,
    mask(lanes): first_lanes_64(lanes),
    splat(value): _mm256_set1_pd(value),
    load(from): _mm256_loadu_pd(from),
    load_masked(from, mask): _mm256_maskload_pd(from, mask),
    store(to, v): _mm256_storeu_pd(to, v),
    store_masked(to, mask, v): _mm256_maskstore_pd(to, mask, v),
    add(a, b): _mm256_add_pd(a, b),
    mul_add(a, b, c): _mm256_fmadd_pd(a, b, c),
    relu(v): _mm256_max_pd(_mm256_setzero_pd(), v),
    zip(a, b): {
        let (low, high) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        (_mm256_permute2f128_pd::<0x20>(low, high), _mm256_permute2f128_pd::<0x31>(low, high))
    },
    sum(v): {
        let v = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd::<1>(v));
        _mm_cvtsd_f64(_mm_add_sd(v, _mm_unpackhi_pd(v, v)))
    },
}

vector! {
    __m512, f32, __mmask16, "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma",
    lanes: 16, rows: 8, vectors: 3,
    mask(lanes): _cvtu32_mask16((1 << lanes) - 1),
    splat(value): _mm512_set1_ps(value),
    load(from): _mm512_loadu_ps(from),
    load_masked(from, mask): _mm512_maskz_loadu_ps(mask, from),
    store(to, v): _mm512_storeu_ps(to, v),
    store_masked(to, mask, v): _mm512_mask_storeu_ps(to, mask, v),
    add(a, b): _mm512_add_ps(a, b),
    mul_add(a, b, c): _mm512_fmadd_ps(a, b, c),
    relu(v): _mm512_max_ps(_mm512_setzero_ps(), v),
    zip(a, b): {
        let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        let high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        (_mm512_permutex2var_ps(a, low, b), _mm512_permutex2var_ps(a, high, b))
    },
    sum(v): _mm512_reduce_add_ps(v),
}

vector! {
    __m512d, f64, __mmask8, "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma",
    lanes: 8, rows: 8, vectors: 3,
    mask(lanes): _cvtu32_mask8((1 << lanes) - 1),
    splat(value): _mm512_set1_pd(value),
    load(from): _mm512_loadu_pd(from),
    load_masked(from, mask): _mm512_maskz_loadu_pd(mask, from),
    store(to, v): _mm512_storeu_pd(to, v),
    store_masked(to, mask, v): _mm512_mask_storeu_pd(to, mask, v),
    add(a, b): _mm512_add_pd(a, b),
    mul_add(a, b, c): _mm512_fmadd_pd(a, b, c),
    relu(v): _mm512_max_pd(_mm512_setzero_pd(), v),
    zip(a, b): {
        let low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
        let high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
        (_mm512_permutex2var_pd(a, low, b), _mm512_permutex2var_pd(a, high, b))
    },
    sum(v): _mm512_reduce_add_pd(v),
}

/// The first 8 elements from here on are -1 for the lanes of a mask, then 0.
static LANES_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
static LANES_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

/// # Safety
///
/// The processor has AVX2.
#[inline(always)]
unsafe fn first_lanes_32(lanes: usize) -> __m256i {
    // SAFETY: Eight elements follow the start, which the slice's bounds check; the caller vouches for AVX2.
    unsafe { _mm256_loadu_si256(LANES_32[8 - lanes..][..8].as_ptr().cast()) }
}

/// # Safety
///
/// The processor has AVX2.
#[inline(always)]
unsafe fn first_lanes_64(lanes: usize) -> __m256i {
    // SAFETY: Four elements follow the start, which the slice's bounds check; the caller vouches for AVX2.
    unsafe { _mm256_loadu_si256(LANES_64[4 - lanes..][..4].as_ptr().cast()) }
}
