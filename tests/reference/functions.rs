// Written by functions.py, with the numbers of functions.json.
functions! {
    add(a: [2, 3], b: [3]) -> [2, 3] { a + b }
    sub(a: [2, 1], b: [3]) -> [2, 3] { a - b }
    mul(a: [2, 3], b: []) -> [2, 3] { a * b }
    div(a: [3], b: [2, 3]) -> [2, 3] { a / b }
    neg(a: [4]) -> [4] { -a }
    numbers(a: [3]) -> [3] { 2.0 * a - 0.5 + [0.25, -1.0, 3.0] }
    constant(a: []) -> [] { a * core::f64::consts::PI }
    array(a: [], b: []) -> [2, 2] { [[a, b], [b, a * b]] }
    abs(a: [2, 3]) -> [2, 3] { abs(a) }
    sign(a: [4]) -> [4] { sign(a) * a }
    sqrt(a: [4]) -> [4] { sqrt(a) }
    rsqrt(a: [4]) -> [4] { rsqrt(a) }
    square(a: [4]) -> [4] { square(a) }
    exp(a: [4]) -> [4] { exp(a) }
    ln(a: [4]) -> [4] { ln(a) }
    sin(a: [4]) -> [4] { sin(a) }
    cos(a: [4]) -> [4] { cos(a) }
    floor(a: [4]) -> [4] { floor(2.0 * a) + a }
    erf(a: [4]) -> [4] { erf(a) }
    relu(a: [4]) -> [4] { relu(a) }
    relu6(a: [4]) -> [4] { relu6(a) }
    leaky_relu(a: [4]) -> [4] { leaky_relu(a, 0.1) }
    elu(a: [4]) -> [4] { elu(a, alpha = 0.7) }
    selu(a: [4]) -> [4] { selu(a) }
    gelu(a: [4]) -> [4] { gelu(a) }
    gelu_approximate(a: [4]) -> [4] { gelu(a, approximate = true) }
    silu(a: [4]) -> [4] { silu(a) }
    sigmoid(a: [4]) -> [4] { sigmoid(a) }
    hard_sigmoid(a: [4]) -> [4] { hard_sigmoid(a) }
    tanh(a: [4]) -> [4] { tanh(a) }
    softplus(a: [4]) -> [4] { softplus(a) }
    softsign(a: [4]) -> [4] { softsign(a) }
    softmax(a: [2, 3]) -> [2, 3] { softmax(a) }
    softmax_of_columns(a: [2, 3]) -> [2, 3] { softmax(a, axis = 0) }
    log_softmax(a: [2, 3]) -> [2, 3] { log_softmax(a) }
    log_softmax_of_columns(a: [2, 3]) -> [2, 3] { log_softmax(a, axis = 0) }
    pow(a: [4]) -> [4] { pow(a, 3) }
    pow_inverse(a: [4]) -> [4] { pow(a, -2) }
    pow_of_two(a: [2, 2], b: [2]) -> [2, 2] { pow(a, b) }
    minimum(a: [2, 3], b: [3]) -> [2, 3] { minimum(a, b) }
    maximum(a: [2, 3], b: []) -> [2, 3] { maximum(a, b) }
    clip(a: [5]) -> [5] { clip(a, -0.5, 1.0) }
    select(a: [2, 3], b: [3], c: []) -> [2, 3] { select(a > b, a * b, c) }
    conditions(a: [6]) -> [6] { select((a > 0.5) | !(a >= -0.5) & (a != 0.0), a, select((a < 0.2) & (a <= 0.3) | (a == 9.0), 2.0 * a, 3.0 * a)) }
    matmul(a: [2, 3], b: [3, 4]) -> [2, 4] { matmul(a, b) }
    matmul_of_a_row(a: [3], b: [3, 4]) -> [4] { matmul(a, b) }
    matmul_of_a_column(a: [2, 3], b: [3]) -> [2] { matmul(a, b) }
    matmul_of_stacks(a: [2, 1, 2, 3], b: [4, 3, 2]) -> [2, 4, 2, 2] { matmul(a, b) }
    matmul_of_a_stack(a: [4, 2, 3], b: [3, 2]) -> [4, 2, 2] { matmul(a, b) }
    dot(a: [4], b: [4]) -> [] { dot(a, b) }
    outer(a: [2], b: [3]) -> [2, 3] { outer(a, b) }
    transpose(a: [2, 3, 4]) -> [2, 4, 3] { transpose(a) }
    transpose_of_axes(a: [2, 3, 4]) -> [4, 2, 3] { transpose(a, [2, 0, 1]) }
    reshape(a: [2, 6]) -> [3, 4] { reshape(a, [3, 4]) }
    flatten(a: [2, 3]) -> [6] { flatten(a) }
    broadcast(a: [2, 1]) -> [3, 2, 2] { broadcast(a, [3, 2, 2]) }
    concat(a: [2, 3], b: [2, 1]) -> [2, 4] { concat(a, b) }
    concat_of_rows(a: [1, 2], b: [3, 2]) -> [4, 2] { concat(a, b, axis = 0) }
    stack(a: [2], b: [2]) -> [2, 2] { stack(a, b) }
    stack_of_columns(a: [3], b: [3]) -> [3, 2] { stack(a, b, axis = -1) }
    split(a: [2, 6]) -> [2, 2] { { let (b, c, d) = split(a, 3); b * c - d } }
    split_by_sizes(a: [5, 2]) -> [2] { { let (b, c) = split(a, [2, 3], axis = 0); sum(b, axis = 0) * sum(c, axis = 0) } }
    slice(a: [2, 5]) -> [2, 2] { slice(a, 1..3) }
    slice_of_an_axis(a: [5, 2]) -> [3, 2] { slice(a, 2.., axis = 0) }
    index(a: [3, 2]) -> [2] { a[1] * a[0..2][1] }
    pad(a: [2, 2]) -> [2, 5] { pad(a, 1, 2) }
    pad_of_an_axis(a: [2, 2]) -> [3, 2] { pad(a, 0, 1, axis = 0) }
    sum(a: [2, 3, 2]) -> [] { sum(a) }
    sum_over_axes(a: [2, 3, 2]) -> [3] { sum(a, axis = [0, 2]) }
    sum_kept(a: [2, 3]) -> [2, 1] { sum(a, axis = 1, keep = true) }
    mean(a: [2, 3]) -> [3] { mean(a, axis = 0) }
    max(a: [2, 3]) -> [2] { max(a, axis = -1) }
    min(a: [2, 3]) -> [1, 3] { min(a, axis = 0, keep = true) }
    variance(a: [2, 4]) -> [2] { variance(a, axis = 1) }
    norm(a: [2, 3]) -> [2] { norm(a, axis = 1) }
    logsumexp(a: [2, 3]) -> [3] { logsumexp(a, axis = 0) }
    logsumexp_of_all(a: [2, 3]) -> [1, 1] { logsumexp(a, keep = true) }
    argmax(a: [2, 4]) -> [2] { argmax(a) + sum(a, axis = 1) }
    argmax_of_columns(a: [3, 2]) -> [2] { argmax(a, axis = 0) * sum(a) }
    one_hot(a: [2], b: [2, 4]) -> [2, 4] { one_hot(a, 4) * b }
    stop_gradient(a: [3]) -> [3] { a * stop_gradient(a) }
    grad(a: [3]) -> [3] { grad(sum(pow(a, 3)), a) }
    abs_at_0(a: [2]) -> [2] { abs(a) }
    relu_at_0(a: [2]) -> [2] { relu(a) }
    relu6_at_its_ends(a: [2]) -> [2] { relu6(a) }
    maximum_of_equals(a: [2], b: [2]) -> [2] { maximum(a, b) }
    minimum_of_equals(a: [2], b: [2]) -> [2] { minimum(a, b) }
    max_of_equals(a: [3]) -> [] { max(a) }
    min_of_equals(a: [3]) -> [] { min(a) }
    norm_of_zeros(a: [2]) -> [] { norm(a) }
    pow_of_0_to_0(a: [2]) -> [2] { pow(a, 0) }
    pow_to_a_value_of_0(a: [2], b: [2]) -> [2] { pow(a, b) }
    minimum_of_nan(a: [2], b: [2]) -> [2] { minimum(a, b) }
    one_hot_outside(a: [2]) -> [2, 3] { one_hot(a, 3) }
    select_of_what_was_not_selected(a: [2]) -> [2] { select(a > 0.0, sqrt(a), 0.0) }
    argmax_of_equals(a: [3]) -> [] { argmax(a) }
}
