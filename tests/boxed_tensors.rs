//! Boxed tensors: what is computed from them is that of tensors on the stack, and never touches the stack.

use katachi::prelude::*;

/// Compiles only if both have one shape and one type, and the left is boxed.
#[track_caller]
#[allow(clippy::borrowed_box, reason = "that it is a box is what is claimed")]
fn boxed<S: Shape, T: tensor::Dtype>(boxed: &Box<Tensor<S, T>>, plain: &Tensor<S, T>) {
    assert_eq!(boxed.as_slice(), plain.as_slice());
}

type Matrix = Tensor<shape!(2, 3), f64>;
type Vector = Tensor<shape!(3), f64>;

fn numbers() -> (Matrix, Vector) {
    (tensor![[1.5, -2.0, 3.0], [4.0, 0.5, -6.0]], tensor![2.0, -4.0, 5.0])
}

#[test]
fn operators_are_those_of_the_stack() {
    let (x, y) = numbers();
    let (a, b) = (x.to_boxed(), y.to_boxed());
    macro_rules! pairs {
        ($($operator:tt)+) => {$(
            let plain = &x $operator &y;
            boxed(&(&a $operator &b), &plain);
            boxed(&(&a $operator b.clone()), &plain);
            boxed(&(a.clone() $operator &b), &plain);
            boxed(&(a.clone() $operator b.clone()), &plain);
            boxed(&(&a $operator &y), &plain);
            boxed(&(&a $operator y.clone()), &plain);
            boxed(&(a.clone() $operator &y), &plain);
            boxed(&(a.clone() $operator y.clone()), &plain);
            boxed(&(&x $operator &b), &plain);
            boxed(&(&x $operator b.clone()), &plain);
            boxed(&(x.clone() $operator &b), &plain);
            boxed(&(x.clone() $operator b.clone()), &plain);
            boxed(&(&b $operator &a), &(&y $operator &x));
            boxed(&(&a $operator 3.0), &(&x $operator 3.0));
            boxed(&(a.clone() $operator 3.0), &(&x $operator 3.0));
            boxed(&(3.0 $operator &a), &(3.0 $operator &x));
            boxed(&(3.0 $operator a.clone()), &(3.0 $operator &x));
        )+};
    }
    pairs!(+ - * /);
    boxed(&-&a, &-&x);
    boxed(&-a.clone(), &-&x);

    let (mut c, mut d) = (x.clone(), a.clone());
    c += &y;
    d += &b;
    c -= b.clone();
    d -= y.clone();
    c *= &b;
    d *= &y;
    c /= y.clone();
    d /= b.clone();
    c += 1.0;
    d += 1.0;
    boxed(&d, &c);

    let (p, q) = (tensor![[true], [false]], tensor![true, false]);
    let (r, s) = (p.to_boxed(), q.to_boxed());
    boxed(&(&r & &s), &(&p & &q));
    boxed(&(&r | &q), &(&p | &q));
    boxed(&(&p ^ &s), &(&p ^ &q));
    boxed(&!&r, &!&p);
    boxed(&!r, &!p);
}

#[test]
fn methods_are_those_of_the_stack() {
    let (x, y) = numbers();
    let (a, b) = (x.to_boxed(), y.to_boxed());
    boxed(&a.map(|x| x > 1.0), &x.map(|x| x > 1.0));
    boxed(&a.zip_map(&b, |x, y| x + 2.0 * y), &x.zip_map(&y, |x, y| x + 2.0 * y));
    boxed(&b.broadcast_to::<shape!(4, 3)>(), &y.broadcast_to::<shape!(4, 3)>());
    boxed(&a.floor_div(&b), &x.floor_div(&y));
    boxed(&a.rem(&b), &x.rem(&y));
    boxed(&a.pow(&tensor![2.0, 3.0, 0.0]), &x.pow(&tensor![2.0, 3.0, 0.0]));
    boxed(&a.less(&b), &x.less(&y));
    boxed(&a.less_equal(&b), &x.less_equal(&y));
    boxed(&a.greater(&b), &x.greater(&y));
    boxed(&a.greater_equal(&b), &x.greater_equal(&y));
    boxed(&a.equal(&a), &x.equal(&x));
    boxed(&a.not_equal(&b), &x.not_equal(&y));
    boxed(&a.greater(&b).select(&a, &b), &x.greater(&y).select(&x, &y));
    boxed(&a.cast::<i32>(), &x.cast::<i32>());
    boxed(&a.matmul(&b), &x.matmul(&y));
    boxed(&a.transpose(), &x.transpose());
    boxed(&a.permute::<axes!(1, 0)>(), &x.permute::<axes!(1, 0)>());
    boxed(&a.reshape::<shape!(6)>(), &x.reshape::<shape!(6)>());
    boxed(&a.expand_dims::<1>(), &x.expand_dims::<1>());
    boxed(&a.concat::<0, _>(&a), &x.concat::<0, _>(&x));
    boxed(&a.stack::<2, _>(&a), &x.stack::<2, _>(&x));
    boxed(&a.slice::<1, 1, 3>(), &x.slice::<1, 1, 3>());
    boxed(&a.narrow::<1, 2>(1).unwrap(), &x.narrow::<1, 2>(1).unwrap());
    boxed(&a.index_axis::<0>(1).unwrap(), &x.index_axis::<0>(1).unwrap());
    assert_eq!(a.narrow::<1, 2>(2).unwrap_err(), x.narrow::<1, 2>(2).unwrap_err());
    assert_eq!(a.index_axis::<0>(2).unwrap_err(), x.index_axis::<0>(2).unwrap_err());
    let labels = tensor![2, 0];
    boxed(&labels.to_boxed().one_hot::<3, u8>(), &labels.one_hot::<3, u8>());
    boxed(&a.sort(), &x.sort());

    macro_rules! reductions {
        ($a:ident $x:ident: $($axis:ident $keepdims:ident)+) => {$(
            boxed(&$a.$axis::<1>(), &$x.$axis::<1>());
            boxed(&$a.$keepdims::<0>(), &$x.$keepdims::<0>());
        )+};
    }
    reductions!(a x: sum_axis sum_axis_keepdims prod_axis prod_axis_keepdims max_axis max_axis_keepdims);
    reductions!(a x: min_axis min_axis_keepdims mean_axis mean_axis_keepdims);
    reductions!(a x: argmax_axis argmax_axis_keepdims argmin_axis argmin_axis_keepdims);
    reductions!(a x: var_axis var_axis_keepdims std_axis std_axis_keepdims);
    let truth = x.greater(&y);
    let boxed_truth = truth.to_boxed();
    reductions!(boxed_truth truth: all_axis all_axis_keepdims any_axis any_axis_keepdims);
}

#[test]
fn constructors_are_those_of_the_stack() {
    boxed(&Tensor::<shape!(2, 3), u8>::boxed_zeros(), &Tensor::zeros());
    boxed(&Tensor::<shape!(2, 3), u8>::boxed_ones(), &Tensor::ones());
    boxed(&Tensor::<shape!(2, 3), i8>::boxed_full(-3), &Tensor::full(-3));
    boxed(&Tensor::<shape!(3, 3), i32>::boxed_eye(), &Tensor::eye());
    boxed(&Tensor::<shape!(7), f64>::boxed_linspace(0.0, 1.0), &Tensor::linspace(0.0, 1.0));
    boxed(&Tensor::<shape!(2, 2), i64>::boxed_arange(3, -2), &Tensor::arange(3, -2));
    boxed(&Tensor::<shape!(5), f64>::boxed_uniform(0.0, 1.0, 3), &Tensor::uniform(0.0, 1.0, 3));
    boxed(&Tensor::<shape!(5), f64>::boxed_normal(0.0, 1.0, 3), &Tensor::normal(0.0, 1.0, 3));
    let x = tensor![1, 2];
    boxed(&Tensor::boxed_stack_all::<1, _>([&x, &x, &x]), &Tensor::stack_all::<1, _>([&x, &x, &x]));
    boxed(&Tensor::boxed_from_slice(&[1, 2, 3]).unwrap(), &tensor![1, 2, 3]);
}

/// A tensor of 8 MiB, and a stack of 256 KiB, in a build without optimisation.
#[test]
fn what_is_computed_from_a_box_never_was_on_the_stack() {
    type Large = shape!(1024, 1024);
    let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn(|| {
        let x = Tensor::<Large, f64>::boxed_arange(0.0, 1.0);
        let column = Tensor::<shape!(1024, 1), f64>::full(2.0);
        let mut y = (&x * &column - 1.0) / Tensor::scalar(2.0) + 0.5;
        assert_eq!(x, y);
        y += &x;
        y -= 1.0;
        y = -(2.0 * &y) + x.to_boxed();
        assert_eq!(y.transpose().permute::<axes!(1, 0)>(), y);
        let parts = y.slice::<0, 0, 1000>().concat::<0, _>(&*y.narrow::<0, 24>(1000).unwrap());
        assert_eq!(parts.reshape::<shape!(32, 32, 1024)>().reshape::<Large>(), y);
        assert_eq!(y.stack::<0, _>(&y).index_axis::<0>(1).unwrap(), y);
        assert_eq!(y.less(&x).select(&y, &x).cast::<i64>().sort().as_slice().len(), 1 << 20);
        assert!((x.greater(&y) | y.greater(&x)).all() && !(!x.less_equal(&y)).all());
        assert_eq!(x.floor_div(&x).rem(&x).pow(&x)[5].to_bits(), 1.0_f64.to_bits());
        assert_eq!(column.to_boxed().broadcast_to::<Large>(), Tensor::boxed_full(2.0));
        assert_eq!(y.expand_dims::<0>().sum_axis::<0>(), y);
        assert_eq!(y.expand_dims::<2>().mean_axis_keepdims::<2>().max_axis::<2>(), y);
        assert_eq!(y.map(|_| 3_u8).argmax_axis::<1>().one_hot::<1024, f64>().sum().to_bits(), 1024.0_f64.to_bits());
        assert_eq!(
            Tensor::<shape!(1024, 1), f64>::boxed_ones().matmul(&x.slice::<0, 0, 1>())[1023].to_bits(),
            x[1023].to_bits()
        );
        assert_eq!(
            Tensor::<Large, f64>::boxed_from_slice(&Tensor::<Large, f64>::boxed_eye()).unwrap().sum().to_bits(),
            1024.0_f64.to_bits()
        );
    });
    thread.unwrap().join().unwrap();
}
