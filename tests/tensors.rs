//! Tensors against numbers written as literals, naive loops, and laws.

use expect_test::{Expect, expect};
use katachi::prelude::*;

/// Compiles only if both have one shape and one type.
#[track_caller]
fn same<S: Shape, T: tensor::Dtype>(left: &Tensor<S, T>, right: &Tensor<S, T>) {
    assert_eq!(left.as_slice(), right.as_slice());
}

/// Compares with NaN equal to NaN and signs of zero told apart.
#[track_caller]
fn same_bits<S: Shape>(left: &Tensor<S, f64>, right: &Tensor<S, f64>) {
    let bits = |x: &f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
    assert!(left.iter().map(bits).eq(right.iter().map(bits)), "{left}\n{right}");
}

#[track_caller]
fn shows<S: Shape, T: tensor::Dtype>(tensor: &Tensor<S, T>, expected: &Expect) {
    expected.assert_eq(&tensor.to_string());
}

#[test]
fn constructors() {
    same(&Tensor::<shape!(2, 3), i32>::zeros(), &tensor![[0, 0, 0], [0, 0, 0]]);
    same(&Tensor::<shape!(2), bool>::ones(), &tensor![true, true]);
    same(&Tensor::<shape!(1, 2), u8>::full(7), &tensor![[7, 7]]);
    same(&Tensor::<shape!(3, 3), i8>::eye(), &tensor![[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    same(&Tensor::<shape!(1), f64>::linspace(3.0, 9.0), &tensor![3.0]);
    same(&Tensor::<shape!(3), f64>::linspace(1.0, -1.0), &tensor![1.0, 0.0, -1.0]);
    assert_eq!(Tensor::<shape!(10), f64>::linspace(0.0, 0.3)[9].to_bits(), 0.3_f64.to_bits());
    same(&Tensor::<shape!(300), u8>::arange(0, 1).slice::<0, 255, 258>(), &tensor![255, 0, 1]);
    same(&Tensor::<shape!(2), i64>::arange(-1, -2), &tensor![-1, -3]);
    assert_eq!(
        tensor![[[[1.0_f32], [2.0]]], [[[3.0], [4.0]]]].to_string().lines().last(),
        Some("shape [2, 1, 2, 1], type f32")
    );
    assert_eq!(Tensor::<shape!(1000, 1000), f64>::boxed_full(1.5)[999_999].to_bits(), 1.5_f64.to_bits());
}

/// From an implementation of `ChaCha8` in Python: a change of these numbers would break programs that rely on a seed.
#[test]
fn random_numbers_are_those_of_the_seed() {
    let uniform = Tensor::<shape!(3), f64>::uniform(0.0, 1.0, 22);
    let normal = Tensor::<shape!(3), f64>::normal(0.0, 1.0, 22);
    shows(
        &uniform,
        &expect![[r"
        [0.71818849 0.74062271 0.09168   ]
        shape [3], type f64"]],
    );
    shows(
        &normal,
        &expect![[r"
        [0.88234536 1.24663698 0.68590028]
        shape [3], type f64"]],
    );
    let rounded = Tensor::<shape!(3), f32>::uniform(0.0, 1.0, 22);
    same(&rounded, &uniform.cast());
    assert_eq!(*Tensor::<shape!(3), f64>::boxed_normal(0.0, 1.0, 22), normal);

    let many = Tensor::<shape!(100_000), f64>::boxed_normal(3.0, 2.0, 1);
    let mean = many.mean();
    let variance = many.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e5;
    assert!((mean - 3.0).abs() < 0.03 && (variance - 4.0).abs() < 0.08, "{mean} {variance}");
}

#[test]
fn operators_broadcast_owned_and_borrowed_alike() {
    let (a, b) = (tensor![[1.0, 2.0], [3.0, 4.0]], tensor![10.0, 20.0]);
    let sum = tensor![[11.0, 22.0], [13.0, 24.0]];
    same(&(&a + &b), &sum);
    same(&(a.clone() + &b), &sum);
    same(&(&a + b.clone()), &sum);
    same(&(a.clone() + b.clone()), &sum);
    same(&(&b + &a), &sum);
    same(&(&a - &b), &tensor![[-9.0, -18.0], [-7.0, -16.0]]);
    same(&(&a * &b), &tensor![[10.0, 40.0], [30.0, 80.0]]);
    same(&(&b / &a), &tensor![[10.0, 10.0], [10.0 / 3.0, 5.0]]);
    same(&-&b, &tensor![-10.0, -20.0]);
    same(&(2.0 * &b - 1.0), &tensor![19.0, 39.0]);
    same(&(1.0 / (b.clone() / 10.0)), &tensor![1.0, 0.5]);
    same(&(&Tensor::scalar(1.0) + &b), &tensor![11.0, 21.0]);
    same(&(&b + Tensor::scalar(1.0)), &tensor![11.0, 21.0]);
    let single: Tensor<shape!(2)> = 2.0 * tensor![1.0_f32, 2.0] + 1.0;
    same(&single, &tensor![3.0, 5.0]);

    let mut x = a.clone();
    x += &b;
    x -= tensor![[1.0], [2.0]];
    x *= 2.0;
    x /= &Tensor::scalar(2.0);
    same(&x, &tensor![[10.0, 21.0], [11.0, 22.0]]);
}

/// The sum in every pair of positions of an index, against a loop.
#[test]
fn broadcasting_agrees_with_a_loop() {
    let x = Tensor::<shape!(4, 1, 3, 1), i32>::arange(1, 1);
    let y = Tensor::<shape!(5, 1, 2), i32>::arange(100, 7);
    let sum: Tensor<shape!(4, 5, 3, 2), i32> = &x + &y;
    for (index, value) in sum.iter().enumerate() {
        let (i, j, k, l) = (index / 30, index / 6 % 5, index / 2 % 3, index % 2);
        assert_eq!(*value, x[i * 3 + k] + y[j * 2 + l]);
    }
    same(&(&y + &x), &sum);
    same(&(&sum - &y).slice::<1, 4, 5>(), &(x.reshape::<shape!(4, 1, 3, 1)>().broadcast_to::<shape!(4, 1, 3, 2)>()));
}

#[test]
fn integers_wrap_around() {
    same(&(tensor![127_i8, -128] + tensor![1, -1]), &tensor![-128, 127]);
    same(&(tensor![200_u8] * 2), &tensor![144]);
    same(&-tensor![i32::MIN], &tensor![i32::MIN]);
    same(&(tensor![i64::MAX] - tensor![-1]), &tensor![i64::MIN]);
    assert_eq!(tensor![200_u8, 100].sum(), 44);
    same(&tensor![i8::MIN].floor_div(&tensor![-1]), &tensor![i8::MIN]);
    same(&tensor![i8::MIN].rem(&tensor![-1]), &tensor![0]);
}

/// Python's `//` and `%` for all pairs of signs, and `NumPy`'s results by zero.
#[test]
fn floor_division_and_remainder_have_the_signs_of_python() {
    let (a, b) = (tensor![7, -7, 7, -7, 6, -6, 5], tensor![2, 2, -2, -2, 3, 3, 0]);
    same(&a.floor_div(&b), &tensor![3, -4, -4, 3, 2, -2, 0]);
    same(&a.rem(&b), &tensor![1, 1, -1, -1, 0, 0, 0]);
    same(&a.cast::<i64>().floor_div(&b.cast()), &tensor![3_i64, -4, -4, 3, 2, -2, 0]);
    same(&a.cast::<i8>().rem(&b.cast()), &tensor![1_i8, 1, -1, -1, 0, 0, 0]);
    same(&tensor![7_u8, 7].floor_div(&tensor![2, 0]), &tensor![3, 0]);

    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let a = tensor![7.5, -7.5, 7.5, -7.5, 6.0, -6.0, 1.0, -1.0, 0.0, 1.0, -1.0, inf, 0.3, 0.0, 0.0];
    let b = tensor![2.0, 2.0, -2.0, -2.0, 3.0, -3.0, 0.0, 0.0, 0.0, inf, inf, 2.0, 0.1, inf, -inf];
    let quotients = tensor![3.0, -4.0, -4.0, 3.0, 2.0, 2.0, inf, -inf, nan, 0.0, -1.0, nan, 2.0, 0.0, -0.0];
    let remainders = tensor![1.5, 0.5, -0.5, -1.5, 0.0, -0.0, nan, nan, nan, 1.0, inf, nan, 0.3 % 0.1, 0.0, -0.0];
    same_bits(&a.floor_div(&b), &quotients);
    same_bits(&a.rem(&b), &remainders);
}

#[test]
fn powers() {
    same(&tensor![2, -3, 0, 5].pow(&tensor![10, 3, 0, 1]), &tensor![1024, -27, 1, 5]);
    same(&tensor![1, -1, -1, 2].pow(&tensor![-5, -5, -4, -1]), &tensor![1, -1, 1, 0]);
    same(&tensor![2_u8].pow(&tensor![8]), &tensor![0]);
    let x = tensor![2.0, 2.0, -2.0, 0.0, 0.0, 1.0, 4.0, f64::NAN, -1.0];
    let y = tensor![3.0, -1.0, 3.0, 0.0, -1.0, f64::NAN, 0.5, 0.0, 0.5];
    for ((power, x), y) in x.pow(&y).iter().zip(x.iter()).zip(y.iter()) {
        let exact = x.powf(*y);
        assert!(
            (power.is_nan() && exact.is_nan())
                || power.to_bits() == exact.to_bits()
                || (power / exact - 1.0).abs() < 1e-15,
            "{x} {y}"
        );
    }
    let x = Tensor::<shape!(500), f64>::uniform(0.01, 100.0, 1);
    let y = Tensor::<shape!(500), f64>::uniform(-20.0, 20.0, 2);
    for ((power, x), y) in x.pow(&y).iter().zip(x.iter()).zip(y.iter()) {
        assert!((power / x.powf(*y) - 1.0).abs() < 5e-14, "{x} to the power {y} is {power}");
    }
}

#[test]
fn comparisons_and_logic() {
    let (a, b) = (tensor![1.0, 2.0, f64::NAN], tensor![2.0, 2.0, f64::NAN]);
    same(&a.less(&b), &tensor![true, false, false]);
    same(&a.less_equal(&b), &tensor![true, true, false]);
    same(&a.greater(&b), &tensor![false, false, false]);
    same(&a.greater_equal(&b), &tensor![false, true, false]);
    same(&a.equal(&b), &tensor![false, true, false]);
    same(&a.not_equal(&b), &tensor![true, false, true]);

    let (p, q) = (tensor![[false], [true]], tensor![false, true]);
    same(&(&p & &q), &tensor![[false, false], [false, true]]);
    same(&(&p | &q), &tensor![[false, true], [true, true]]);
    same(&(&p ^ &q), &tensor![[false, true], [true, false]]);
    same(&!&q, &tensor![true, false]);
    let mut r = tensor![true, true];
    r &= &q;
    r |= tensor![true, false];
    r ^= Tensor::scalar(true);
    same(&r, &tensor![false, false]);
    same(&q.select(&tensor![1, 2], &Tensor::scalar(0)), &tensor![0, 2]);
}

/// Each of the seven types into each.
#[test]
fn casts() {
    macro_rules! casts {
        ($($from:ident)+) => { $(casts!(@all $from); )+ };
        (@all $from:ident) => { casts!(@pairs $from: f32 f64 i8 i32 i64 u8) };
        (@pairs $from:ident: $($to:ident)+) => {$({
            let numbers = tensor![0, 1, 100].cast::<$from>();
            same(&numbers.cast::<$to>().cast::<i64>(), &tensor![0, 1, 100]);
            same(&numbers.cast::<bool>(), &tensor![false, true, true]);
            same(&tensor![false, true].cast::<$to>().cast::<i64>(), &tensor![0, 1]);
        })+};
    }
    casts!(f32 f64 i8 i32 i64 u8);
    same(&tensor![1e300, -1e300, f64::NAN, -0.9].cast::<i32>(), &tensor![i32::MAX, i32::MIN, 0, 0]);
    same(&tensor![-1.5, 300.0].cast::<u8>(), &tensor![0, 255]);
    same(&tensor![-1_i64, 1 << 32].cast::<i32>(), &tensor![-1, 0]);
    same(&tensor![16_777_217_i32].cast::<f32>(), &tensor![16_777_216.0]);
    same(&tensor![f32::NAN].cast::<bool>(), &tensor![true]);
}

#[test]
fn products() {
    let a = Tensor::<shape!(3, 4), i64>::arange(-5, 3);
    let b = Tensor::<shape!(4, 5), i64>::arange(7, -2);
    let product: Tensor<shape!(3, 5), i64> = a.matmul(&b);
    for (index, value) in product.iter().enumerate() {
        let (i, j) = (index / 5, index % 5);
        assert_eq!(*value, (0..4).map(|k| a[i * 4 + k] * b[k * 5 + j]).sum::<i64>());
    }
    same(&product.transpose(), &b.transpose().matmul(&a.transpose()));
    let (x, y) = (tensor![1_i64, 2, 3, 4], tensor![1_i64, -1, 2]);
    same(&a.matmul(&x), &a.matmul(&x.reshape::<shape!(4, 1)>()).reshape());
    same(&y.matmul(&a), &y.reshape::<shape!(1, 3)>().matmul(&a).reshape());
    same(&y.matmul(&y), &Tensor::scalar(6));
    same(&Tensor::<shape!(3, 3), i64>::eye().matmul(&a), &a);
    same(&a.transpose().transpose(), &a);
}

/// Each product of a stack is that of its two matrices; a stack of one, and a matrix alone, stand before each.
#[test]
fn products_of_stacks() {
    let a = Tensor::<shape!(4, 2, 3, 5), i64>::arange(-9, 7);
    let b = Tensor::<shape!(2, 5, 2), i64>::arange(4, -3);
    let product: Tensor<shape!(4, 2, 3, 2), i64> = a.matmul(&b);
    let (first, second) = (a.index_axis::<0>(3).unwrap(), b.index_axis::<0>(1).unwrap());
    let expected = first.index_axis::<0>(1).unwrap().matmul(&second);
    same(&product.index_axis::<0>(3).unwrap().index_axis::<0>(1).unwrap(), &expected);
    for (index, value) in product.iter().enumerate() {
        let (i, j, k, l) = (index / 12, index / 6 % 2, index / 2 % 3, index % 2);
        let factors = (0..5).map(|n| a[((i * 2 + j) * 3 + k) * 5 + n] * b[(j * 5 + n) * 2 + l]);
        assert_eq!(*value, factors.sum::<i64>());
    }
    same(&a.matmul(&second), &a.matmul(&second.broadcast_to::<shape!(4, 1, 5, 2)>()));
    same(&a.index_axis::<0>(0).unwrap().index_axis::<0>(0).unwrap().matmul(&b).reshape(), &{
        let left = a.slice::<0, 0, 1>().slice::<1, 0, 1>().reshape::<shape!(1, 3, 5)>();
        left.matmul(&b)
    });
    let x = tensor![1_i64, -1, 2, 0, 3];
    same(&a.matmul(&x), &a.matmul(&x.expand_dims::<1>()).reshape());
    same(&x.matmul(&b), &x.expand_dims::<0>().matmul(&b).reshape());
}

#[test]
fn axes_in_another_order() {
    let x = Tensor::<shape!(2, 3, 4, 5), i32>::arange(0, 1);
    let y: Tensor<shape!(4, 2, 5, 3), i32> = x.permute::<axes!(2, 0, 3, 1)>();
    for (index, value) in y.iter().enumerate() {
        let (c, a, d, b) = (index / 30, index / 15 % 2, index / 3 % 5, index % 3);
        assert_eq!(*value, x[((a * 3 + b) * 4 + c) * 5 + d]);
    }
    same(&y.permute::<axes!(1, 3, 0, 2)>(), &x);
    same(&x.permute::<axes!(0, 1, 2, 3)>(), &x);
    let matrix = tensor![[1, 2, 3], [4, 5, 6]];
    same(&matrix.permute::<axes!(1, 0)>(), &matrix.transpose());
    same(&Tensor::scalar(1).permute::<axes!()>(), &Tensor::scalar(1));
    let six = Tensor::<shape!(1, 2, 1, 3, 1, 2), i32>::arange(0, 1);
    same(&six.permute::<axes!(5, 4, 3, 2, 1, 0)>().permute::<axes!(5, 4, 3, 2, 1, 0)>(), &six);

    same(&matrix.expand_dims::<0>(), &tensor![[[1, 2, 3], [4, 5, 6]]]);
    same(&matrix.expand_dims::<1>(), &tensor![[[1, 2, 3]], [[4, 5, 6]]]);
    same(&matrix.expand_dims::<2>(), &tensor![[[1], [2], [3]], [[4], [5], [6]]]);
    same(&Tensor::scalar(7).expand_dims::<0>(), &tensor![7]);
}

/// Starts and indices that are computed: every one that fits gives what `slice` gives, every other an error.
#[test]
fn parts_from_a_computed_index() {
    let x = Tensor::<shape!(2, 4, 3), i32>::arange(0, 1);
    same(&x.narrow::<1, 2>(0).unwrap(), &x.slice::<1, 0, 2>());
    same(&x.narrow::<1, 2>(1).unwrap(), &x.slice::<1, 1, 3>());
    same(&x.narrow::<1, 2>(2).unwrap(), &x.slice::<1, 2, 4>());
    let error = x.narrow::<1, 2>(3).unwrap_err();
    assert_eq!(error, tensor::RangeError { start: 3, length: 2, size: 4 });
    assert_eq!(error.to_string(), "the indices 3..5 do not lie on an axis of size 4; start at 2 at most");
    assert!(x.narrow::<2, 3>(usize::MAX).unwrap_err().to_string().ends_with("start at 0 at most"));

    same(&x.index_axis::<0>(1).unwrap(), &x.slice::<0, 1, 2>().reshape());
    same(&x.index_axis::<1>(2).unwrap(), &x.slice::<1, 2, 3>().reshape());
    same(&x.index_axis::<2>(0).unwrap(), &x.slice::<2, 0, 1>().reshape());
    assert_eq!(x.index_axis::<2>(3).unwrap_err(), tensor::RangeError { start: 3, length: 1, size: 3 });
    assert_eq!(tensor![5, 6].index_axis::<0>(1).unwrap().item(), 6);

    let (mut y, mut z) = (x.clone(), x.clone());
    y.narrow_mut::<1, 2>(1).unwrap().assign(&tensor![[-1], [-2]]);
    z.slice_mut::<1, 1, 3>().assign(&tensor![[-1], [-2]]);
    same(&y, &z);
    assert_eq!(y.narrow_mut::<0, 1>(2).unwrap_err().size, 2);
    y.slice_mut::<2, 1, 3>().narrow_mut::<1, 1>(3).unwrap().slice_mut::<2, 1, 2>().fill(100);
    let changed: Vec<usize> = (0..24).filter(|&index| y[index] == 100).collect();
    assert_eq!(changed, [11, 23]);
    assert_eq!(y.slice_mut::<1, 1, 3>().narrow_mut::<1, 1>(2).unwrap_err().size, 2);
}

#[test]
fn parts_and_wholes() {
    let x = Tensor::<shape!(3, 4, 2), i32>::arange(0, 1);
    // NumPy: x[:, 1:3].
    let middle = x.slice::<1, 1, 3>();
    same(&middle, &tensor![[[2, 3], [4, 5]], [[10, 11], [12, 13]], [[18, 19], [20, 21]]]);
    same(&x.slice::<0, 0, 1>().concat::<0, _>(&x.slice::<0, 1, 3>()), &x);
    same(&x.slice::<1, 0, 3>().concat::<1, _>(&x.slice::<1, 3, 4>()), &x);
    same(&x.slice::<2, 0, 1>().concat::<2, _>(&x.slice::<2, 1, 2>()), &x);
    same(&x.slice::<0, 0, 3>(), &x);
    let (y, z) = (&x + 100, x.stack::<1, _>(&x));
    same(&z.slice::<1, 1, 2>().reshape(), &x);
    same(&x.stack::<3, _>(&y).slice::<3, 1, 2>().reshape(), &y);
    same(&x.stack::<0, _>(&y).slice::<0, 1, 2>().reshape(), &y);
    same(&Tensor::scalar(1).stack::<0, _>(&Tensor::scalar(2)), &tensor![1, 2]);

    same(&Tensor::stack_all::<1, _>([&x, &y]), &x.stack::<1, _>(&y));
    let three = Tensor::stack_all::<2, _>([&x, &y, &x]);
    same(&three.index_axis::<2>(1).unwrap(), &y);
    same(&three.index_axis::<2>(2).unwrap(), &x);

    let mut w = x.clone();
    w.slice_mut::<1, 1, 3>().assign(&(&middle * 10));
    same(&w.slice::<1, 1, 3>(), &(middle * 10));
    same(&w.slice::<1, 3, 4>(), &x.slice::<1, 3, 4>());
    w.slice_mut::<0, 2, 3>().apply(|value| -value);
    assert_eq!(w[23], -23);
}

#[test]
fn reductions() {
    let x = tensor![[[1.0_f64, 8.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 2.0]]];
    assert_eq!(x.sum().to_bits(), 36.0_f64.to_bits());
    same(&x.sum_axis::<0>(), &tensor![[6.0, 14.0], [10.0, 6.0]]);
    same(&x.sum_axis::<1>(), &tensor![[4.0, 12.0], [12.0, 8.0]]);
    same(&x.sum_axis::<2>(), &tensor![[9.0, 7.0], [11.0, 9.0]]);
    same(&x.mean_axis::<2>(), &tensor![[4.5, 3.5], [5.5, 4.5]]);
    same(&x.max_axis::<0>(), &tensor![[5.0, 8.0], [7.0, 4.0]]);
    same(&x.min_axis::<1>(), &tensor![[1.0, 4.0], [5.0, 2.0]]);
    same(&x.argmax_axis::<0>(), &tensor![[1, 0], [1, 0]]);
    same(&x.argmax_axis::<2>(), &tensor![[1, 1], [1, 0]]);
    assert_eq!((x.argmax(), x.max().to_bits(), x.min().to_bits()), (1, 8.0_f64.to_bits(), 1.0_f64.to_bits()));
    assert_eq!(tensor![3, 7, 7].argmax(), 1);
    assert_eq!(tensor![1.0, f64::NAN, 9.0, f64::NAN].argmax(), 1);
    assert!(tensor![1.0, f64::NAN, 2.0].max().is_nan() && tensor![f64::NAN, 2.0].min().is_nan());
    same(&tensor![1, 2, 3].sum_axis::<0>(), &Tensor::scalar(6));
    same(&x.prod_axis::<1>(), &tensor![[3.0, 32.0], [35.0, 12.0]]);
    same(&x.argmin_axis::<2>(), &tensor![[0, 0], [0, 1]]);
    same(&x.var_axis::<1>(), &tensor![[1.0, 4.0], [1.0, 4.0]]);
    same(&x.std_axis::<1>(), &tensor![[1.0, 2.0], [1.0, 2.0]]);
    same(&x.var_axis_keepdims::<0>(), &tensor![[[4.0, 1.0], [4.0, 1.0]]]);
    same(&x.std_axis_keepdims::<0>(), &tensor![[[2.0, 1.0], [2.0, 1.0]]]);
    assert_eq!((x.var().to_bits(), x.std().to_bits()), (5.25_f64.to_bits(), 5.25_f64.sqrt().to_bits()));
    assert_eq!((tensor![[5]].item(), Tensor::scalar(true).item()), (5, true));
    assert_eq!((x.prod().to_bits(), x.argmin()), (40_320.0_f64.to_bits(), 0));
    assert_eq!((tensor![3, 1, 1].argmin(), tensor![1.0, f64::NAN, 0.0].argmin()), (1, 1));

    same(&x.sum_axis_keepdims::<1>(), &tensor![[[4.0, 12.0]], [[12.0, 8.0]]]);
    same(&x.prod_axis_keepdims::<0>(), &tensor![[[5.0, 48.0], [21.0, 8.0]]]);
    same(&x.mean_axis_keepdims::<2>(), &tensor![[[4.5], [3.5]], [[5.5], [4.5]]]);
    same(&x.max_axis_keepdims::<0>(), &tensor![[[5.0, 8.0], [7.0, 4.0]]]);
    same(&x.min_axis_keepdims::<1>(), &tensor![[[1.0, 4.0]], [[5.0, 2.0]]]);
    same(&x.argmax_axis_keepdims::<0>(), &tensor![[[1, 0], [1, 0]]]);
    same(&x.argmin_axis_keepdims::<1>(), &tensor![[[0, 1]], [[0, 1]]]);
    same(&tensor![1, 2, 3].sum_axis_keepdims::<0>(), &tensor![6]);

    let p = tensor![[true, false], [true, true]];
    same(&p.all_axis::<1>(), &tensor![false, true]);
    same(&p.any_axis::<0>(), &tensor![true, true]);
    same(&p.all_axis_keepdims::<1>(), &tensor![[false], [true]]);
    same(&p.any_axis_keepdims::<0>(), &tensor![[true, true]]);
    assert!(!p.all() && p.any());
}

#[test]
fn labels_and_order() {
    same(&tensor![[0_u8], [2]].one_hot::<3, i32>(), &tensor![[[1, 0, 0]], [[0, 0, 1]]]);
    same(&tensor![-1, 3].one_hot::<3, bool>(), &tensor![[false; 3], [false; 3]]);
    same_bits(&tensor![2.0, f64::NAN, -1.0, 0.5].sort(), &tensor![-1.0, 0.5, 2.0, f64::NAN]);
    same(&tensor![[3_u8, 1, 2], [9, 8, 7]].sort(), &tensor![[1, 2, 3], [7, 8, 9]]);
}

#[test]
fn arrays_there_and_back() {
    let four = [[[[1, 2], [3, 4]]], [[[5, 6], [7, 8]]]];
    assert_eq!(<[[[[i32; 2]; 2]; 1]; 2]>::from(Tensor::from(four)), four);
    assert_eq!(<[[[i32; 2]; 2]; 1]>::from(Tensor::from(four[1])), four[1]);
    assert_eq!(<[[i32; 2]; 2]>::from(Tensor::from(four[0][0])), four[0][0]);
    assert_eq!(<[i32; 2]>::from(Tensor::from(four[0][0][1])), [3, 4]);
    let x = Tensor::<shape!(2, 3), u8>::from_slice(&[1, 2, 3, 4, 5, 6]).unwrap();
    same(&x, &tensor![[1, 2, 3], [4, 5, 6]]);
    let error = Tensor::<shape!(2, 3), u8>::boxed_from_slice(&[0; 7]).unwrap_err();
    assert_eq!(error.to_string(), "7 values are no tensor of shape [2, 3]; pass 6 values");
}

#[test]
fn text() {
    shows(
        &Tensor::scalar(1.5),
        &expect![[r"
        1.5
        shape [], type f64"]],
    );
    shows(
        &tensor![true, false],
        &expect![[r"
        [ true false]
        shape [2], type bool"]],
    );
    shows(
        &tensor![[1_i8, -10], [100, 0]],
        &expect![[r"
        [[  1 -10]
         [100   0]]
        shape [2, 2], type i8"]],
    );
    shows(
        &tensor![1.0, 2.5, -3.25],
        &expect![[r"
        [ 1.    2.5  -3.25]
        shape [3], type f64"]],
    );
    shows(
        &tensor![0.1_f32, 1.0 / 3.0],
        &expect![[r"
        [0.1        0.33333334]
        shape [2], type f32"]],
    );
    shows(
        &tensor![1e-5, 1.0],
        &expect![[r"
        [1.e-05 1.e+00]
        shape [2], type f64"]],
    );
    shows(
        &tensor![1.0, f64::NAN, -f64::INFINITY],
        &expect![[r"
        [  1.  nan -inf]
        shape [3], type f64"]],
    );
    shows(
        &tensor![1e10_f64, 1.5, -f64::INFINITY],
        &expect![[r"
        [1.0e+10 1.5e+00    -inf]
        shape [3], type f64"]],
    );
    shows(
        &tensor![[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
        &expect![[r"
        [[[1 2]
          [3 4]]

         [[5 6]
          [7 8]]]
        shape [2, 2, 2], type i32"]],
    );
    shows(
        &Tensor::<shape!(30), i32>::arange(0, 1),
        &expect![[r"
        [ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
         24 25 26 27 28 29]
        shape [30], type i32"]],
    );
    shows(
        &Tensor::<shape!(2000), i32>::arange(0, 1).reshape::<shape!(40, 50)>(),
        &expect![[r"
        [[   0    1    2 ...   47   48   49]
         [  50   51   52 ...   97   98   99]
         [ 100  101  102 ...  147  148  149]
         ...
         [1850 1851 1852 ... 1897 1898 1899]
         [1900 1901 1902 ... 1947 1948 1949]
         [1950 1951 1952 ... 1997 1998 1999]]
        shape [40, 50], type i32"]],
    );
}
