// Written by functions.py, with the numbers of functions.json.
functions! {
    add {} (a: [2, 3], b: [3]) -> [2, 3] { a + b }
    add_crosswise {} (a: [4, 1, 3], b: [2, 1]) -> [4, 2, 3] { a + b }
    add_a_parameter { v: Param(3) } (a: [2, 3]) -> [2, 3] { a + v }
    sub {} (a: [2, 1], b: [3]) -> [2, 3] { a - b }
    sub_from_a_number {} (a: [4]) -> [4] { 1.5 - a }
    mul {} (a: [2, 3], b: []) -> [2, 3] { a * b }
    mul_by_itself {} (a: [4]) -> [4] { a * a * a }
    mul_crosswise {} (a: [3, 1], b: [1, 4]) -> [3, 4] { a * b }
    mul_parameters { v: Param(2, 1), w: Param } (a: [2, 1, 3]) -> [2, 2, 3] { a * v * w }
    div {} (a: [3], b: [2, 3]) -> [2, 3] { a / b }
    div_a_number {} (a: [4]) -> [4] { 2 / a }
    div_by_a_number {} (a: [4]) -> [4] { a / 3 }
    neg {} (a: [4]) -> [4] { -a }
    neg_of_all {} (a: [2, 3, 2]) -> [2, 3, 2] { -(a - 2.0) * -a }
    numbers {} (a: [3]) -> [3] { 2.0 * a - 0.5 + [0.25, -1.0, 3.0] }
    constant {} (a: []) -> [] { a * core::f64::consts::PI }
    array {} (a: [], b: []) -> [2, 2] { [[a, b], [b, a * b]] }
    array_of_rows {} (a: [3], b: [3]) -> [3, 3] { [a, -b, a] }
    abs {} (a: [2, 3]) -> [2, 3] { abs(a) }
    sign {} (a: [4]) -> [4] { sign(a) * a }
    sqrt {} (a: [4]) -> [4] { sqrt(a) }
    rsqrt {} (a: [4]) -> [4] { rsqrt(a) }
    square {} (a: [2, 3]) -> [2, 3] { square(a) }
    exp {} (a: [4]) -> [4] { exp(a) }
    exp_wide {} (a: [4]) -> [4] { exp(-square(a) / 9.0) }
    ln {} (a: [4]) -> [4] { ln(a) }
    sin {} (a: [4]) -> [4] { sin(a) }
    cos {} (a: [4]) -> [4] { cos(a) }
    floor {} (a: [4]) -> [4] { floor(2.0 * a) + a }
    erf {} (a: [4]) -> [4] { erf(a) }
    relu {} (a: [4]) -> [4] { relu(a) }
    relu6 {} (a: [4]) -> [4] { relu6(a) }
    leaky_relu {} (a: [4]) -> [4] { leaky_relu(a, 0.1) }
    leaky_relu_by_default {} (a: [4]) -> [4] { leaky_relu(a) }
    leaky_relu_falling {} (a: [4]) -> [4] { leaky_relu(a, negative_slope = -0.3) }
    elu {} (a: [4]) -> [4] { elu(a, alpha = 0.7) }
    elu_by_default {} (a: [4]) -> [4] { elu(a) }
    selu {} (a: [4]) -> [4] { selu(a) }
    gelu {} (a: [4]) -> [4] { gelu(a) }
    gelu_approximate {} (a: [4]) -> [4] { gelu(a, approximate = true) }
    silu {} (a: [4]) -> [4] { silu(a) }
    sigmoid {} (a: [2, 3]) -> [2, 3] { sigmoid(a) }
    hard_sigmoid {} (a: [4]) -> [4] { hard_sigmoid(a) }
    tanh {} (a: [4]) -> [4] { tanh(a) }
    softplus {} (a: [4]) -> [4] { softplus(a) }
    softsign {} (a: [4]) -> [4] { softsign(a) }
    softmax {} (a: [2, 3]) -> [2, 3] { softmax(a) }
    softmax_of_a_vector {} (a: [7]) -> [7] { softmax(a) }
    softmax_of_columns {} (a: [2, 3]) -> [2, 3] { softmax(a, axis = 0) }
    softmax_amid {} (a: [2, 3, 4]) -> [2, 3, 4] { softmax(a, axis = -2) }
    log_softmax {} (a: [2, 3]) -> [2, 3] { log_softmax(a) }
    log_softmax_of_columns {} (a: [2, 3]) -> [2, 3] { log_softmax(a, axis = 0) }
    log_softmax_amid {} (a: [2, 3, 4]) -> [2, 3, 4] { log_softmax(a, axis = 1) }
    pow {} (a: [4]) -> [4] { pow(a, 3) }
    pow_of_ten {} (a: [4]) -> [4] { pow(a, 10) }
    pow_inverse {} (a: [4]) -> [4] { pow(a, -2) }
    pow_of_a_half {} (a: [4]) -> [4] { pow(a, 1.5) }
    pow_of_a_number {} (a: [4]) -> [4] { pow(2.0, a) }
    pow_of_two {} (a: [2, 2], b: [2]) -> [2, 2] { pow(a, b) }
    pow_crosswise { v: Param(3) } (a: [2, 1]) -> [2, 3] { pow(a, v) }
    minimum {} (a: [2, 3], b: [3]) -> [2, 3] { minimum(a, b) }
    minimum_of_a_parameter { v: Param(2, 1) } (a: [2, 3]) -> [2, 3] { minimum(v, a) }
    maximum {} (a: [2, 3], b: []) -> [2, 3] { maximum(a, b) }
    maximum_of_a_number {} (a: [4]) -> [4] { maximum(a, 0.25) }
    clip {} (a: [5]) -> [5] { clip(a, -0.5, 1.0) }
    clip_between_values {} (a: [2, 3], b: [3], c: [2, 1]) -> [2, 3] { clip(a, b, c) }
    select {} (a: [2, 3], b: [3], c: []) -> [2, 3] { select(a > b, a * b, c) }
    select_crosswise {} (a: [3], b: [2, 1], c: [2, 1, 1]) -> [2, 2, 3] { select(a < 0.2, b, c) }
    comparisons {} (a: [3], b: [3], c: [3]) -> [6, 3] { [select(a < b, c, 0), select(a <= b, c, 0), select(a > b, c, 0), select(a >= b, c, 0), select(a == b, c, 0), select(a != b, c, 0)] }
    conditions {} (a: [6]) -> [6] { select((a > 0.5) | !(a >= -0.5) & (a != 0.0), a, select((a < 0.2) & (a <= 0.3) | (a == 9.0), 2.0 * a, 3.0 * a)) }
    matmul {} (a: [2, 3], b: [3, 4]) -> [2, 4] { matmul(a, b) }
    matmul_of_a_row {} (a: [3], b: [3, 4]) -> [4] { matmul(a, b) }
    matmul_of_a_column {} (a: [2, 3], b: [3]) -> [2] { matmul(a, b) }
    matmul_of_vectors {} (a: [4], b: [4]) -> [] { matmul(a, b) }
    matmul_of_stacks {} (a: [2, 1, 2, 3], b: [4, 3, 2]) -> [2, 4, 2, 2] { matmul(a, b) }
    matmul_of_a_stack {} (a: [4, 2, 3], b: [3, 2]) -> [4, 2, 2] { matmul(a, b) }
    matmul_with_a_stack {} (a: [2, 3], b: [2, 3, 2]) -> [2, 2, 2] { matmul(a, b) }
    matmul_transposed {} (a: [3, 2], b: [4, 3]) -> [2, 4] { matmul(transpose(a), transpose(b)) }
    matmul_with_itself {} (a: [3, 3]) -> [3, 3] { matmul(a, transpose(a)) }
    matmul_with_a_parameter { w: Param(3, 2) } (a: [2, 3]) -> [2, 2] { matmul(a, w) }
    matmul_of_a_parameter { w: Param(2, 3) } (a: [3]) -> [2] { matmul(w, a) }
    matmul_with_a_stack_of_parameters { w: Param(4, 3, 2) } (a: [2, 3]) -> [4, 2, 2] { matmul(a, w) }
    dot {} (a: [4], b: [4]) -> [] { dot(a, b) }
    dot_with_a_parameter { w: Param(4) } (a: [4]) -> [] { dot(w, a) }
    outer {} (a: [2], b: [3]) -> [2, 3] { outer(a, b) }
    outer_with_a_parameter { v: Param(3) } (a: [2]) -> [3, 2] { outer(v, a) }
    transpose {} (a: [2, 3, 4]) -> [2, 4, 3] { transpose(a) }
    transpose_of_a_matrix {} (a: [2, 3]) -> [3, 2] { transpose(a) }
    transpose_of_axes {} (a: [2, 3, 4]) -> [4, 2, 3] { transpose(a, [2, 0, 1]) }
    transpose_of_four {} (a: [2, 3, 2, 2]) -> [3, 2, 2, 2] { transpose(a, [1, 3, 0, 2]) }
    transpose_of_a_parameter { w: Param(3, 2) } (a: [3]) -> [2, 3] { transpose(w) * a }
    reshape {} (a: [2, 6]) -> [3, 4] { reshape(a, [3, 4]) }
    reshape_to_ones {} (a: [3]) -> [1, 3, 1] { reshape(a, [1, 3, 1]) }
    flatten {} (a: [2, 3]) -> [6] { flatten(a) }
    flatten_a_number {} (a: []) -> [1] { flatten(a) }
    broadcast {} (a: [2, 1]) -> [3, 2, 2] { broadcast(a, [3, 2, 2]) }
    broadcast_a_number {} (a: []) -> [2, 3] { broadcast(a, [2, 3]) }
    broadcast_a_parameter { v: Param(3) } (a: [3]) -> [2, 3] { a + broadcast(v, [2, 3]) }
    concat {} (a: [2, 3], b: [2, 1]) -> [2, 4] { concat(a, b) }
    concat_of_rows {} (a: [1, 2], b: [3, 2]) -> [4, 2] { concat(a, b, axis = 0) }
    concat_amid {} (a: [2, 1, 3], b: [2, 2, 3], c: [2, 1, 3]) -> [2, 4, 3] { concat(a, b, c, axis = -2) }
    concat_a_parameter { v: Param(3) } (a: [2]) -> [7] { concat(v, a, a) }
    stack {} (a: [2], b: [2]) -> [2, 2] { stack(a, b) }
    stack_of_columns {} (a: [3], b: [3]) -> [3, 2] { stack(a, b, axis = -1) }
    stack_amid {} (a: [2, 3], b: [2, 3], c: [2, 3]) -> [2, 3, 3] { stack(a, b, c, axis = 1) }
    split {} (a: [2, 6]) -> [2, 2] { let (b, c, d) = split(a, 3); b * c - d }
    split_by_sizes {} (a: [5, 2]) -> [2] { let (b, c) = split(a, [2, 3], axis = 0); sum(b, axis = 0) * sum(c, axis = 0) }
    split_amid {} (a: [2, 5, 2]) -> [2, 2, 2] { let (b, _, c) = split(a, [2, 1, 2], axis = 1); b - c * b }
    slice {} (a: [2, 5]) -> [2, 2] { slice(a, 1..3) }
    slice_of_an_axis {} (a: [5, 2]) -> [3, 2] { slice(a, 2.., axis = 0) }
    slice_amid {} (a: [2, 4, 3]) -> [2, 2, 3] { slice(a, ..2, axis = -2) }
    index {} (a: [3, 2]) -> [2] { a[1] * a[0..2][1] }
    index_twice {} (a: [3, 2, 2]) -> [2] { a[2][0] - 2.0 * a[0][1] }
    range {} (a: [4, 2]) -> [2, 2] { a[..2] * a[2..] + a[1..3] }
    pad {} (a: [2, 2]) -> [2, 5] { pad(a, 1, 2) }
    pad_of_an_axis {} (a: [2, 2]) -> [3, 2] { pad(a, 0, 1, axis = 0) }
    pad_amid {} (a: [2, 1, 2]) -> [2, 4, 2] { pad(a, 2, 1, axis = 1) }
    sum {} (a: [2, 3, 2]) -> [] { sum(a) }
    sum_over_axes {} (a: [2, 3, 2]) -> [3] { sum(a, axis = [0, 2]) }
    sum_kept {} (a: [2, 3]) -> [2, 1] { sum(a, axis = 1, keep = true) }
    sum_of_a_parameter { w: Param(2, 3) } (a: [3]) -> [3] { a * sum(w, axis = 0) }
    mean {} (a: [2, 3]) -> [3] { mean(a, axis = 0) }
    mean_of_all {} (a: [2, 3, 4]) -> [1, 1, 1] { mean(a, keep = true) }
    mean_amid {} (a: [2, 3, 4]) -> [2, 4] { mean(a, axis = -2) }
    max {} (a: [2, 3]) -> [2] { max(a, axis = -1) }
    max_over_axes {} (a: [2, 3, 4]) -> [1, 3, 1] { max(a, axis = [0, -1], keep = true) }
    max_of_all {} (a: [2, 3]) -> [] { max(a) }
    min {} (a: [2, 3]) -> [1, 3] { min(a, axis = 0, keep = true) }
    min_of_all {} (a: [2, 3, 4]) -> [] { min(a) }
    min_amid {} (a: [2, 3, 4]) -> [2, 4] { min(a, axis = 1) }
    variance {} (a: [2, 4]) -> [2] { variance(a, axis = 1) }
    variance_over_axes {} (a: [2, 3, 4]) -> [1, 3, 1] { variance(a, axis = [0, 2], keep = true) }
    variance_of_all {} (a: [2, 3]) -> [] { variance(a) }
    norm {} (a: [2, 3]) -> [2] { norm(a, axis = 1) }
    norm_of_all {} (a: [2, 3, 4]) -> [] { norm(a) }
    norm_kept {} (a: [2, 3]) -> [1, 3] { norm(a, axis = 0, keep = true) }
    logsumexp {} (a: [2, 3]) -> [3] { logsumexp(a, axis = 0) }
    logsumexp_of_all {} (a: [2, 3]) -> [1, 1] { logsumexp(a, keep = true) }
    logsumexp_over_axes {} (a: [2, 3, 4]) -> [4] { logsumexp(a, axis = [0, 1]) }
    argmax {} (a: [2, 4]) -> [2] { argmax(a) + sum(a, axis = 1) }
    argmax_of_columns {} (a: [3, 2]) -> [2] { argmax(a, axis = 0) * sum(a) }
    argmax_amid {} (a: [2, 3, 4]) -> [2, 4] { argmax(a, axis = 1) * a[0][0] }
    one_hot {} (a: [2], b: [2, 4]) -> [2, 4] { one_hot(a, 4) * b }
    one_hot_of_a_number {} (a: [], b: []) -> [3] { one_hot(a, 3) * b }
    lookup { w: Param(4, 2) } (a: [3]) -> [3, 2] { lookup(w, a) }
    lookup_of_a_number { w: Param(4, 3) } (a: [], b: [3]) -> [3] { lookup(w, a) * b }
    lookup_of_a_matrix { w: Param(3, 2) } (a: [2, 2]) -> [2, 2, 2] { square(lookup(w, a)) + sum(w) }
    dropout {} (a: [4]) -> [4] { dropout(a, 0.0) }
    stop_gradient {} (a: [3]) -> [3] { a * stop_gradient(a) }
    stop_gradient_of_a_parameter { v: Param(3) } (a: [3]) -> [3] { (a + v) * stop_gradient(exp(a * v)) }
    grad {} (a: [3]) -> [3] { grad(sum(pow(a, 3)), a) }
    grad_of_a_product { w: Param(3, 2) } (a: [3]) -> [3] { grad(sum(square(matmul(a, w))), a) }
    grad_of_a_grad {} (a: [2], b: [2]) -> [2] { grad(sum(grad(sum(exp(a) * sin(b)), a) * a), b) }
    abs_at_0 {} (a: [2]) -> [2] { abs(a) }
    sign_at_0 {} (a: [4]) -> [4] { sign(a) }
    floor_at_whole_numbers {} (a: [4]) -> [4] { floor(a) }
    sqrt_at_0 {} (a: [2]) -> [2] { sqrt(a) }
    rsqrt_at_0 {} (a: [2]) -> [2] { rsqrt(a) }
    ln_at_0 {} (a: [2]) -> [2] { ln(a) }
    sin_of_the_huge {} (a: [2]) -> [2] { sin(a) }
    cos_of_the_huge {} (a: [2]) -> [2] { cos(a) }
    nan_stays {} (a: [1]) -> [10] { let n = a[0]; stack(n + 1, -n, abs(n), exp(n), relu(n), tanh(n), sigmoid(n), softplus(n), erf(n), floor(n)) }
    div_by_0 {} (a: [3], b: [3]) -> [3] { a / b }
    relu_at_0 {} (a: [2]) -> [2] { relu(a) }
    relu6_at_its_ends {} (a: [2]) -> [2] { relu6(a) }
    hard_sigmoid_at_its_ends {} (a: [2]) -> [2] { hard_sigmoid(a) }
    leaky_relu_at_0 {} (a: [2]) -> [2] { leaky_relu(a, 0.1) }
    elu_at_0 {} (a: [2]) -> [2] { elu(a, 0.7) }
    selu_at_0 {} (a: [2]) -> [2] { selu(a) }
    softsign_at_0 {} (a: [1]) -> [1] { softsign(a) }
    sigmoid_of_the_large {} (a: [2]) -> [2] { sigmoid(a) }
    softplus_of_the_large {} (a: [2]) -> [2] { softplus(a) }
    softmax_of_the_large {} (a: [3]) -> [3] { softmax(a) }
    log_softmax_of_the_large {} (a: [3]) -> [3] { log_softmax(a) }
    logsumexp_of_the_large {} (a: [3]) -> [] { logsumexp(a) }
    maximum_of_equals {} (a: [2], b: [2]) -> [2] { maximum(a, b) }
    minimum_of_equals {} (a: [2], b: [2]) -> [2] { minimum(a, b) }
    maximum_of_nan {} (a: [2], b: [2]) -> [2] { maximum(a, b) }
    minimum_of_nan {} (a: [2], b: [2]) -> [2] { minimum(a, b) }
    max_of_equals {} (a: [4]) -> [] { max(a) }
    min_of_equals {} (a: [3]) -> [] { min(a) }
    max_of_nan {} (a: [3]) -> [] { max(a) }
    min_of_nan {} (a: [3]) -> [] { min(a) }
    clip_on_its_bounds {} (a: [4]) -> [4] { clip(a, -0.5, 1.0) }
    norm_of_zeros {} (a: [2]) -> [] { norm(a) }
    variance_far_from_0 {} (a: [3]) -> [] { variance(a) }
    pow_of_0_to_0 {} (a: [3]) -> [3] { pow(a, 0) }
    pow_of_the_negative {} (a: [2]) -> [2] { pow(a, -3) }
    pow_to_a_value_of_0 {} (a: [2], b: [2]) -> [2] { pow(a, b) }
    pow_at_0 {} (a: [3], b: [3]) -> [3] { pow(a, b) }
    pow_of_the_negative_to_a_value {} (a: [2], b: [2]) -> [2] { pow(a, b) }
    pow_of_the_negative_to_a_half {} (a: [1]) -> [1] { pow(a, 0.5) }
    comparisons_with_nan {} (a: [3], b: [3]) -> [6, 3] { [select(a < b, 1, 0), select(a <= b, 1, 0), select(a > b, 1, 0), select(a >= b, 1, 0), select(a == b, 1, 0), broadcast(select(a != b, 1, 0), [3])] }
    select_of_what_was_not_selected {} (a: [2]) -> [2] { select(a > 0.0, sqrt(a), 0.0) }
    select_of_what_goes_in {} (a: [2]) -> [2] { ln(select(a > 0.0, a, 1.0)) }
    argmax_of_equals {} (a: [3]) -> [] { argmax(a) }
    argmax_of_nan {} (a: [4]) -> [] { argmax(a) }
    one_hot_outside {} (a: [4]) -> [4, 3] { one_hot(a, 3) }
    lookup_outside { w: Param(3, 2) } (a: [4]) -> [4, 2] { lookup(w, a) }
}
