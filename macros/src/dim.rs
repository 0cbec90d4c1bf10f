//! [`Dim`]: a size that may depend on the dimensions of a generic model, in a normal form.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Add, Mul};

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::size;

/// A sum of products of symbols: `2 * In * Hidden + Hidden + 3`. Two sizes are equal where their normal forms are.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Dim(Vec<Term>);

/// `factor · Π symbols`: the symbols sorted, the factor at least 1.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Term {
    symbols: Vec<Symbol>,
    factor: usize,
}

impl Term {
    /// The factor, where it is written: not the 1 before symbols.
    fn written_factor(&self) -> Option<usize> {
        (self.factor != 1 || self.symbols.is_empty()).then_some(self.factor)
    }
}

/// A number that is known where the model is used: a dimension of its struct, or a constant of another model.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol {
    /// Its place in the declaration, by which the terms of a sum are ordered.
    pub order: usize,
    /// How messages call it; for a dimension also its type.
    pub name: String,
    /// The expression of its value in the generated code.
    pub code: String,
    /// Where errors of the compiler of Rust about it belong.
    pub place: Place,
}

/// A place in the user's code, which makes no difference between two symbols.
#[derive(Clone, Copy, Debug)]
pub struct Place(pub Span);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Place {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Symbol {
    /// The expression of its value.
    fn value(&self) -> TokenStream {
        let code = self.code.parse().expect("the code of a symbol is Rust");
        placed(code, self.place.0)
    }
}

/// The tokens, all at one place.
fn placed(tokens: TokenStream, place: Span) -> TokenStream {
    let token = |token| match token {
        TokenTree::Group(group) => {
            let mut group = Group::new(group.delimiter(), placed(group.stream(), place));
            group.set_span(place);
            TokenTree::Group(group)
        }
        mut token => {
            token.set_span(place);
            token
        }
    };
    tokens.into_iter().map(token).collect()
}

impl Dim {
    pub fn symbol(symbol: Symbol) -> Self {
        Self(vec![Term { symbols: vec![symbol], factor: 1 }])
    }

    /// The number, where no symbol stands in it.
    pub fn known(&self) -> Option<usize> {
        match self.0.as_slice() {
            [] => Some(0),
            [Term { symbols, factor }] if symbols.is_empty() => Some(*factor),
            _ => None,
        }
    }

    pub fn is(&self, number: usize) -> bool {
        self.known() == Some(number)
    }

    /// The difference, where all its terms are positive: otherwise it is not known to be a size.
    pub fn minus(&self, other: &Self) -> Option<Self> {
        let mut terms = self.0.clone();
        for term in &other.0 {
            let mine = terms.iter_mut().find(|mine| mine.symbols == term.symbols)?;
            mine.factor = mine.factor.checked_sub(term.factor)?;
        }
        terms.retain(|term| term.factor > 0);
        Some(Self(terms))
    }

    /// Whether it is at least as large as another, whatever the symbols stand for: each is at least 1.
    pub fn covers(&self, other: &Self) -> bool {
        let mut rest = self.0.clone();
        let mut missing = 0;
        for term in &other.0 {
            let mine = rest.iter_mut().find(|mine| mine.symbols == term.symbols);
            let (has, left) = mine.map_or((0, None), |mine| (mine.factor, Some(&mut mine.factor)));
            if let Some(left) = left {
                *left = has.saturating_sub(term.factor);
            }
            if has < term.factor && !term.symbols.is_empty() {
                return false;
            }
            missing += term.factor.saturating_sub(has);
        }
        missing <= rest.iter().map(|term| term.factor).sum()
    }

    /// The quotient by a number that all terms have as a factor.
    pub fn over(&self, number: usize) -> Option<Self> {
        let divides = self.0.iter().all(|term| number > 0 && term.factor.is_multiple_of(number));
        let quotient = |term: &Term| Term { factor: term.factor / number, ..term.clone() };
        divides.then(|| Self(self.0.iter().map(quotient).collect()))
    }

    /// The largest of the numbers in it, each symbol taken as `symbol`: to order sizes by, before they are known.
    pub fn guess(&self, symbol: usize) -> usize {
        let term = |term: &Term| term.symbols.iter().fold(term.factor, |product, _| product.saturating_mul(symbol));
        self.0.iter().map(term).fold(0, usize::saturating_add)
    }

    /// The value as an expression of `usize`.
    pub fn value(&self) -> TokenStream {
        let terms = self.0.iter().map(|term| {
            let factor = term.written_factor().map(|factor| crate::emit::number(factor).into_token_stream());
            let symbols = term.symbols.iter().map(Symbol::value);
            let mut factors = factor.into_iter().chain(symbols);
            let first: TokenStream = factors.next().expect("a term has a factor");
            factors.fold(first, |product, factor| quote!(#product * #factor))
        });
        if self.0.is_empty() { quote!(0) } else { quote!(#(#terms)+*) }
    }

    /// The value for a whole batch of `n`: `784 * n`.
    pub fn value_for_batch(&self) -> TokenStream {
        let value = self.value();
        match self.0.len() {
            _ if self.is(1) => quote!(n),
            0 | 1 => quote!(#value * n),
            _ => quote!((#value) * n),
        }
    }

    /// The size as a type of `typenum`, which is found under the path `typenum`.
    pub fn ty(&self, typenum: &TokenStream) -> TokenStream {
        self.type_and_operations(typenum).0
    }

    /// The sums and products that its type is made of, each as a pair of types: those are bounds of a generic model.
    pub fn operations(&self, typenum: &TokenStream) -> Vec<TokenStream> {
        self.type_and_operations(typenum).1
    }

    fn type_and_operations(&self, typenum: &TokenStream) -> (TokenStream, Vec<TokenStream>) {
        let mut operations = Vec::new();
        let mut sum: Option<TokenStream> = None;
        for term in &self.0 {
            let symbols = term.symbols.iter().map(|symbol| symbol.name.parse().expect("a dimension is a type"));
            let factor = term.written_factor().map(|factor| size::typenum(typenum, factor));
            let factors: Vec<TokenStream> = factor.into_iter().chain(symbols).collect();
            let product = factors.into_iter().reduce(|a, b| {
                operations.push(quote!(#a: ::core::ops::Mul<#b>));
                quote!(#typenum::Prod<#a, #b>)
            });
            let product = product.expect("a term has a factor");
            sum = Some(match sum {
                None => product,
                Some(before) => {
                    operations.push(quote!(#before: ::core::ops::Add<#product>));
                    quote!(#typenum::Sum<#before, #product>)
                }
            });
        }
        (sum.unwrap_or_else(|| quote!(#typenum::U0)), operations)
    }

    fn normal(mut terms: Vec<Term>) -> Self {
        for term in &mut terms {
            term.symbols.sort();
        }
        // Products before single symbols, and those before numbers; what has an equal rank, as declared.
        terms.sort_by(|a, b| b.symbols.len().cmp(&a.symbols.len()).then_with(|| a.symbols.cmp(&b.symbols)));
        let mut merged: Vec<Term> = Vec::new();
        for term in terms {
            match merged.last_mut() {
                Some(last) if last.symbols == term.symbols => last.factor = last.factor.saturating_add(term.factor),
                _ => merged.push(term),
            }
        }
        merged.retain(|term| term.factor > 0);
        Self(merged)
    }
}

impl From<usize> for Dim {
    fn from(number: usize) -> Self {
        Self::normal(vec![Term { symbols: Vec::new(), factor: number }])
    }
}

impl Add for &Dim {
    type Output = Dim;

    fn add(self, other: &Dim) -> Dim {
        Dim::normal(self.0.iter().chain(&other.0).cloned().collect())
    }
}

impl Mul for &Dim {
    type Output = Dim;

    fn mul(self, other: &Dim) -> Dim {
        let product = |a: &Term, b: &Term| Term {
            symbols: a.symbols.iter().chain(&b.symbols).cloned().collect(),
            factor: a.factor.saturating_mul(b.factor),
        };
        Dim::normal(self.0.iter().flat_map(|a| other.0.iter().map(move |b| product(a, b))).collect())
    }
}

impl<'a> std::iter::Product<&'a Dim> for Dim {
    fn product<I: Iterator<Item = &'a Self>>(dims: I) -> Self {
        dims.fold(Self::from(1), |product, dim| &product * dim)
    }
}

impl std::iter::Sum for Dim {
    fn sum<I: Iterator<Item = Self>>(dims: I) -> Self {
        dims.fold(Self::from(0), |sum, dim| &sum + &dim)
    }
}

impl<'a> std::iter::Sum<&'a Dim> for Dim {
    fn sum<I: Iterator<Item = &'a Self>>(dims: I) -> Self {
        dims.fold(Self::from(0), |sum, dim| &sum + dim)
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        for (index, term) in self.0.iter().enumerate() {
            f.write_str(if index > 0 { " + " } else { "" })?;
            let names = term.symbols.iter().map(|symbol| symbol.name.clone());
            let factor = term.written_factor().map(|factor| factor.to_string());
            f.write_str(&factor.into_iter().chain(names).collect::<Vec<_>>().join(" * "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::{Dim, Place, Symbol};

    fn symbol(order: usize, name: &str) -> Dim {
        Dim::symbol(Symbol {
            order,
            name: name.to_owned(),
            code: format!("{name}::USIZE"),
            place: Place(Span::call_site()),
        })
    }

    #[test]
    fn equal_sizes_have_one_normal_form() {
        let (a, b, two) = (symbol(0, "A"), symbol(1, "B"), Dim::from(2));
        assert_eq!(&a + &b, &b + &a);
        assert_eq!(&(&a + &b) * &two, &(&b + &b) + &(&a + &a));
        assert_eq!((&(&b * &a) + &(&two + &b)).to_string(), "A * B + B + 2");
        assert_eq!((&a + &b).minus(&a), Some(b.clone()));
        assert_eq!(a.minus(&b), None);
        assert!(a.covers(&Dim::from(1)) && !a.covers(&two) && !a.covers(&b) && (&a + &b).covers(&two));
        assert!((&two * &a).covers(&(&a + &Dim::from(1))) && !two.covers(&a) && Dim::from(3).covers(&two));
        assert_eq!((&two * &a).over(2), Some(a.clone()));
        assert_eq!(a.over(2), None);
        assert_eq!((&Dim::from(28) * &Dim::from(28)).known(), Some(784));
        assert_eq!((&two * &(&a + &b)).value().to_string(), "2 * A :: USIZE + 2 * B :: USIZE");
        assert_eq!((&a * &b).ty(&quote::quote!(t)).to_string(), "t :: Prod < A , B >");
    }
}
