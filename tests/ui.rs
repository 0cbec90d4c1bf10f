//! What the compiler says about mistakes. `TRYBUILD=overwrite cargo test -p katachi-tests --test ui` writes the
//! messages anew; whoever does so reads them as a beginner would.
//!
//! `ui/twins` holds the same programs without the mistake, for the cases that could fail for another reason.

#[test]
fn mistakes_are_named_and_mended() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/syntax/*.rs");
    cases.compile_fail("ui/layer/*.rs");
    cases.compile_fail("ui/shape/*.rs");
    cases.compile_fail("ui/function/*.rs");
    cases.compile_fail("ui/differentiable/*.rs");
    cases.compile_fail("ui/data/*.rs");
    cases.compile_fail("ui/tensor/*.rs");
    cases.pass("ui/twins/*.rs");
}
