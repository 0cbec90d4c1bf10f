//! Golden graphs and expansions. `UPDATE_EXPECT=1 cargo test -p katachi-macros` writes them anew.
#![allow(clippy::needless_raw_string_hashes, reason = "UPDATE_EXPECT writes them so")]

use std::fmt::Write as _;

use expect_test::{Expect, expect, expect_file};
use proc_macro2::TokenStream;

mod mutations;

use crate::{differentiate, errors, fuse, infer, lower, parse, plan};

/// The training graph of a declaration after all passes, with the buffers of its values.
fn check_graph(declaration: &str, expected: &Expect) {
    let cx = errors::Errors::new();
    let tokens: TokenStream = declaration.parse().unwrap();
    let model = parse::parse(&cx, tokens).and_then(|declaration| infer::infer(&cx, declaration));
    cx.check().unwrap();
    let model = model.unwrap();
    let mut graph = lower::lower(&model.layers, &model.program, lower::Mode::Training);
    differentiate::differentiate(&mut graph);
    fuse::fuse(&mut graph);
    let plan = plan::plan(graph);
    let mut text = format!("{}buffers\n", plan.graph);
    for buffer in &plan.buffers {
        writeln!(text, "  {}: {}", buffer.size, buffer.variables.join(", ")).unwrap();
    }
    expected.assert_eq(&text);
}

/// The errors of a declaration, each as its message.
fn check_errors(declaration: &str, expected: &Expect) {
    let errors = crate::expand(declaration.parse().unwrap()).unwrap_err();
    let messages: Vec<String> = errors.into_iter().map(|error| error.to_string()).collect();
    expected.assert_eq(&messages.join("\n"));
}

#[test]
fn the_expansion_reads_like_code_that_a_person_would_write() {
    let declaration = "
        /// Recognises digits.
        pub struct Digits {
            hidden: Dense(64 => 32, relu),
            Dropout(0.2),
            /// One value for each digit.
            logits: Dense(32 => 10),
        }
    ";
    let expansion = crate::expand(declaration.parse().unwrap()).unwrap();
    let file = syn::parse2(expansion).unwrap();
    expect_file!["tests/digits.rs"].assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn a_chain_of_layers_becomes_a_chain_of_kernels() {
    check_graph(
        "struct Mlp { hidden1: Dense(784 => 700, relu), hidden2: Dense(700 => 500, relu), logits: Dense(500 => 10) }",
        &expect![[r#"
            x = %0, y = %8
              %3 hidden1[700] = dense hidden1.weight hidden1.bias relu(%0)
              %6 hidden2[500] = dense hidden2.weight hidden2.bias relu(%3)
              %8 logits[10] = dense logits.weight logits.bias linear(%6)
            dy = %9, dx = %14
              gradient of logits.bias: bias adjoint(%9)
              gradient of logits.weight: weight adjoint(%6, %9)
              %10 d_hidden2[500] = matmul logits.weight transposed(%9)
              %11 d_hidden2_z[500] = adjoint of relu(%10, %6)
              gradient of hidden2.bias: bias adjoint(%11)
              gradient of hidden2.weight: weight adjoint(%3, %11)
              %12 d_hidden1[700] = matmul hidden2.weight transposed(%11)
              %13 d_hidden1_z[700] = adjoint of relu(%12, %3)
              gradient of hidden1.bias: bias adjoint(%13)
              gradient of hidden1.weight: weight adjoint(%0, %13)
              %14 d_x[784] = matmul hidden1.weight transposed(%13)  only for dx
            buffers
              700: hidden1
              700: hidden2, d_hidden1
              500: d_hidden2
        "#]],
    );
}

#[test]
fn an_activation_whose_adjoint_reads_its_input_stays_out_of_the_product() {
    check_graph(
        "struct M { a: Dense(3 => 4, gelu), b: Dense(4 => 2, softmax) }",
        &expect![[r#"
            x = %0, y = %6
              %2 a_z[4] = dense a.weight a.bias linear(%0)
              %3 a[4] = gelu(%2)
              %5 b_z[2] = dense b.weight b.bias linear(%3)
              %6 b[2] = softmax(%5)
            dy = %7, dx = %11
              %8 d_b_z[2] = adjoint of softmax(%7, %6)
              gradient of b.bias: bias adjoint(%8)
              gradient of b.weight: weight adjoint(%3, %8)
              %9 d_a[4] = matmul b.weight transposed(%8)
              %10 d_a_z[4] = adjoint of gelu(%9, %2)
              gradient of a.bias: bias adjoint(%10)
              gradient of a.weight: weight adjoint(%0, %10)
              %11 d_x[3] = matmul a.weight transposed(%10)  only for dx
            buffers
              4: a_z
              4: a, d_a
        "#]],
    );
}

#[test]
fn what_only_the_gradient_of_the_input_needs_comes_last() {
    check_graph(
        "struct M { Input(2, 3), Tanh, Flatten, Dropout(0.5), a: Dense(6 => 1) }",
        &expect![[r#"
            x = %0, y = %4
              %1 tanh[6] = tanh(%0)
              %2 dropout[6] = dropout 0.5 #2(%1)
              %4 a[1] = dense a.weight a.bias linear(%2)
            dy = %5, dx = %8
              gradient of a.bias: bias adjoint(%5)
              gradient of a.weight: weight adjoint(%2, %5)
              %6 d_dropout[6] = matmul a.weight transposed(%5)  only for dx
              %7 d_tanh[6] = dropout 0.5 #2(%6)  only for dx
              %8 d_x[6] = adjoint of tanh(%7, %1)  only for dx
            buffers
              6: tanh
              6: dropout
        "#]],
    );
}

#[test]
fn a_model_without_parameters_has_a_gradient_for_its_input_only() {
    check_graph(
        "struct M { Input(4), Relu, Softmax }",
        &expect![[r#"
        x = %0, y = %2
          %1 relu[4] = relu(%0)
          %2 softmax[4] = softmax(%1)
        dy = %3, dx = %5
          %4 d_relu[4] = adjoint of softmax(%3, %2)  only for dx
          %5 d_x[4] = adjoint of relu(%4, %1)  only for dx
        buffers
          4: relu
    "#]],
    );
    check_graph(
        "struct M { Input(2, 2), Flatten }",
        &expect![[r#"
            x = %0, y = %1
              %1 y[4] = copy(%0)
            dy = %2, dx = %3
              %3 d_x[4] = copy(%2)  only for dx
            buffers
        "#]],
    );
}

#[test]
fn one_run_reports_every_independent_mistake_and_no_other() {
    check_errors(
        "struct M { a: Dense(4 => 5, rleu), b: Dens(5 => 6), c: Dense(7 => 8), d: Dense(8 => 0), d: Dropout(2) }",
        &expect![[r#"
            two layers have the name `d`
            help: write another name, such as `d2`
            there is no activation `rleu`
            help: did you mean `relu`?
            there is no layer `Dens`
            help: did you mean `Dense`?
            a size of 0 leaves no values to compute with
            help: write a size of at least 1
            the rate of `Dropout` is 2, but it must be at least 0 and less than 1
            help: the rate is the share of values that are dropped, such as 0.2
            `c` takes 7 values per sample, but `b` gives 6
            help: dimensions read input => output; write Dense(6 => 8)"#]],
    );
}

#[test]
fn a_chain_of_functions_of_each_value_is_one_loop() {
    check_graph(
        "struct M { body: Dense(3 => 3, tanh), scale: Param(3) }
         fn forward(x: [3]) -> [3] { let h = body(x); relu(x + h * scale) * 2.0 }",
        &expect![[r#"
            x = %0, y = %9
              %3 h[3] = dense body.weight body.bias tanh(%0)
              %4 scale[3] shared = parameter scale()
              %8 constant[1] shared = 1 constants()
              %7 relu[3], %9 mul[3] = loop { mul a b; add c #0; relu #1; mul #2 d }(%3, %4, %0, %8)
            dy = %10, dx = %18
              %12 d_add[3], %14 mul[3], %16 d_h_z[3] = loop { mul a b; adjoint of relu #0 c; mul #1 d; mul #1 e; adjoint of tanh #2 e }(%10, %8, %7, %4, %3)
              gradient of scale: sum over [3] and samples(%14)
              gradient of body.bias: bias adjoint(%16)
              gradient of body.weight: weight adjoint(%0, %16)
              %17 d_x[3] = matmul body.weight transposed(%16)  only for dx
              %18 d_x[3] = loop { add a b }(%12, %17)  only for dx
            buffers
              3: h
              3: relu
        "#]],
    );
}

#[test]
fn fan_out_adds_gradients_and_shared_weights_add_theirs() {
    check_graph(
        "struct M { a: Dense(2 => 2) } fn forward(x: [2]) -> [2] { let h = a(x); a(h) + h }",
        &expect![[r#"
        x = %0, y = %5
          %2 h[2] = dense a.weight a.bias linear(%0)
          %4 a[2] = dense a.weight a.bias linear(%2)
          %5 add[2] = loop { add a b }(%4, %2)
        dy = %6, dx = %9
          gradient of a.bias: bias adjoint(%6)
          gradient of a.weight: weight adjoint(%2, %6)
          %7 d_h[2] = matmul a.weight transposed(%6)
          %8 d_h[2] = loop { add a b }(%6, %7)
          gradient of a.bias: bias adjoint(%8)
          gradient of a.weight: weight adjoint(%0, %8)
          %9 d_x[2] = matmul a.weight transposed(%8)  only for dx
        buffers
          2: h, d_h
    "#]],
    );
}

#[test]
fn what_is_frozen_has_no_gradient_and_what_comes_before_it_alone_has_none_either() {
    check_graph(
        "struct M { #[frozen] first: Dense(3 => 2, tanh), last: Dense(2 => 1) }",
        &expect![[r#"
        x = %0, y = %5
          %3 first[2] = dense first.weight first.bias tanh(%0)
          %5 last[1] = dense last.weight last.bias linear(%3)
        dy = %6, dx = %9
          gradient of last.bias: bias adjoint(%6)
          gradient of last.weight: weight adjoint(%3, %6)
          %7 d_first[2] = matmul last.weight transposed(%6)  only for dx
          %8 d_first_z[2] = adjoint of tanh(%7, %3)  only for dx
          %9 d_x[3] = matmul first.weight transposed(%8)  only for dx
        buffers
          2: first
          2: d_first
    "#]],
    );
}

#[test]
fn sizes_of_a_generic_model_stay_symbols() {
    check_graph(
        "struct M<A, B> { a: Dense(A => B, tanh), b: Dense(A + B => 2 * B) }
         fn forward(x: [A]) -> [B + B] { b(concat(x, a(x))) }",
        &expect![[r#"
            x = %0, y = %6
              %3 a[B] = dense a.weight a.bias tanh(%0)
              %4 concat[A + B] = concat A + B(%0, %3)
              %6 b[2 * B] = dense b.weight b.bias linear(%4)
            dy = %7, dx = %13
              gradient of b.bias: bias adjoint(%7)
              gradient of b.weight: weight adjoint(%4, %7)
              %8 d_concat[A + B] = matmul b.weight transposed(%7)
              %10 d_a[B] = move [1, B] from A + [A + B, 1] to [B, 1](%8)
              %11 d_a_z[B] = adjoint of tanh(%10, %3)
              gradient of a.bias: bias adjoint(%11)
              gradient of a.weight: weight adjoint(%0, %11)
              %9 d_x[A] = move [1, A] from [A + B, 1] to [A, 1](%8)  only for dx
              %12 d_x[A] = matmul a.weight transposed(%11)  only for dx
              %13 d_x[A] = loop { add a b }(%9, %12)  only for dx
            buffers
              B: a
              A + B: concat, d_concat, d_x
              B: d_a
        "#]],
    );
}
