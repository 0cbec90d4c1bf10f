//! Programs with one token too few, too many, or in the wrong place: each gets a message in our words, or compiles.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};

/// Every declaration of the file, as it stands between the braces of `model!`.
fn declarations(file: &str) -> Vec<TokenStream> {
    fn collect(tokens: TokenStream, found: &mut Vec<TokenStream>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = token else { continue };
            let before = |back: usize| index.checked_sub(back).map(|index| tokens[index].to_string());
            if before(1).as_deref() == Some("!") && before(2).as_deref() == Some("model") {
                found.push(group.stream());
            } else {
                collect(group.stream(), found);
            }
        }
    }
    let mut found = Vec::new();
    collect(file.parse().expect("a file of Rust"), &mut found);
    found
}

/// What the networks do without.
const OTHERS: &str = r#"
    model! {
        /// A model of sizes that are chosen where it is used.
        #[derive(Debug)]
        pub(crate) struct Generic<In, Hidden> {
            Input(In),
            hidden: Dense(In => 2 * Hidden + 1, leaky_relu(0.1), l2 = 1e-4),
            Dropout(rate = 0.2),
            Reshape(1, 2 * Hidden + 1),
            Flatten,
            #[frozen]
            narrow: Dense(_ => 3),
            block: blocks::Block<U3>([3] => 4),
            logits: Dense(_ => 10, activation = softmax, bias = true, kernel_initializer = constant(-0.5),
                bias_initializer = random_normal(0.5, stddev = 0.1), bias_l2 = 0.1, orthogonal_rows = 0.1,
                kernel_constraint = max_norm(2.0, axis = 0)),
            square: Dense(10 => 10, kernel_initializer = identity, bias_constraint = non_negative),
        }
    }
    model! {
        struct Functions<N> {
            scale: Param(init = ones),
            table: Embedding(1000 => 16, init = he_normal, l1 = 0.1),
            block: Block,
        }
        fn forward(x: [N, 4], i: [], _unused: [2]) -> ([4], []) {
            let (a, (b, _)) = (x[0], (slice(x, 1..3, axis = -1), x));
            let h: [4] = { let a = a * [0.5, 1.0, scale, 2.0]; block(a) };
            let h = select((h > 0.0) & !(h >= 1.0), h, clip(gelu(h, approximate = true), -1.0, core::f64::consts::PI));
            let rows = lookup(table, i) + table.weight[2];
            (stop_gradient(h), sum(b) + max(rows) + sum(pad(h, 1, 2)) + dot(h, h) + sum(one_hot(i, 10)))
        }
    }
"#;

/// All programs that differ in one token: it is left out, it stands twice, it changes places with the next, or another
/// stands in its place.
fn mutations(program: &TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = program.clone().into_iter().collect();
    let mut all = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let (before, after) = (&tokens[..index], &tokens[index + 1..]);
        let with = |middle: &[TokenTree], after: &[TokenTree]| {
            before.iter().chain(middle).chain(after).cloned().collect::<TokenStream>()
        };
        all.push(with(&[], after));
        all.push(with(&[token.clone(), token.clone()], after));
        all.push(with(&[Ident::new("other", Span::call_site()).into()], after));
        all.push(with(&[Literal::usize_unsuffixed(2).into()], after));
        if let Some((next, rest)) = after.split_first() {
            all.push(with(&[next.clone(), token.clone()], rest));
        }
        if let TokenTree::Group(group) = token {
            let changed = mutations(&group.stream()).into_iter();
            all.extend(changed.map(|inside| with(&[Group::new(group.delimiter(), inside).into()], after)));
        }
    }
    all
}

#[test]
fn no_typing_error_makes_the_compiler_panic_or_speak_in_other_words() {
    let mut programs = declarations(include_str!("../../../tests/networks.rs"));
    assert!(programs.len() > 12, "the networks were not found");
    programs.extend(declarations(OTHERS));
    for program in &programs {
        let errors = crate::expand(program.clone()).err();
        assert!(errors.is_none(), "{errors:?}");
    }
    let mut offenders = Vec::new();
    let mut mistakes = 0;
    for program in programs.iter().flat_map(mutations) {
        let text = program.to_string();
        match catch_unwind(AssertUnwindSafe(|| crate::expand(program))) {
            Err(_) => offenders.push(format!("a panic for: {text}")),
            Ok(Ok(_)) => {}
            Ok(Err(errors)) => {
                mistakes += 1;
                let foreign =
                    errors.into_iter().map(|error| error.to_string()).filter(|text| !text.contains("\nhelp: "));
                offenders.extend(foreign.map(|message| format!("`{message}` for: {text}")));
            }
        }
    }
    assert!(mistakes > 1000, "{mistakes} mistakes only");
    assert!(offenders.is_empty(), "{} programs:\n{}", offenders.len(), offenders.join("\n"));
}
