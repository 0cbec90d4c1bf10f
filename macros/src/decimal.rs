//! Numbers with a fraction, known only as decimal text.

use std::cmp::Ordering;
use std::fmt;

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Lit, LitFloat};

/// A number as the user wrote it, `0.2` or `-1e-3` or `1`.
#[derive(Clone)]
pub struct Decimal {
    negative: bool,
    literal: Lit,
    /// The digits from the first that is not 0, without trailing zeros; empty for zero.
    digits: Vec<u8>,
    /// The power of ten of the first digit.
    exponent: i64,
}

impl Decimal {
    /// Reads an integer or a float literal; nothing for any other literal.
    pub fn new(negative: bool, literal: Lit) -> Option<Self> {
        let text = match &literal {
            Lit::Int(literal) => literal.base10_digits().to_owned(),
            Lit::Float(literal) => literal.base10_digits().to_owned(),
            _ => return None,
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading_zeros = all.iter().take_while(|&&digit| digit == b'0').count();
        let mut digits = all[leading_zeros..].to_vec();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let position = i64::try_from(whole.len()).ok()? - i64::try_from(leading_zeros).ok()? - 1;
        let exponent = if digits.is_empty() { 0 } else { position.checked_add(exponent)? };
        Some(Self { negative, literal, digits, exponent })
    }

    pub fn is_negative(&self) -> bool {
        self.negative && !self.is_zero()
    }

    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The number with the other sign.
    pub fn negated(self) -> Self {
        Self { negative: !self.negative, ..self }
    }

    /// The number, if it is written as a whole one: `3`, `-1`.
    pub fn integer(&self) -> Option<i64> {
        let Lit::Int(literal) = &self.literal else { return None };
        let magnitude: i64 = literal.base10_parse().ok()?;
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// The order of the number's magnitude and 1.
    pub fn magnitude_to_one(&self) -> Ordering {
        if self.is_zero() {
            return Ordering::Less;
        }
        match self.exponent.cmp(&0) {
            Ordering::Equal if self.digits != [b'1'] => Ordering::Greater,
            order => order,
        }
    }

    /// The number as a float literal, whose type the compiler infers: `1` becomes `1.0`.
    pub fn to_float(&self) -> proc_macro2::TokenStream {
        let literal = match &self.literal {
            Lit::Int(literal) => LitFloat::new(&format!("{}.0", literal.base10_digits()), Span::mixed_site()),
            Lit::Float(literal) => LitFloat::new(literal.base10_digits(), Span::mixed_site()),
            _ => unreachable!("a decimal is an integer or a float"),
        };
        let minus = self.negative.then(|| quote::quote!(-));
        quote::quote!(#minus #literal)
    }
}

/// Equal as numbers, however they are written.
impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        let number = |decimal: &Self| (decimal.is_negative(), decimal.digits.clone(), decimal.exponent);
        number(self) == number(other)
    }
}

/// Ordered as numbers.
impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let sign = |decimal: &Self| match decimal.is_zero() {
            true => 0,
            false if decimal.negative => -1,
            false => 1,
        };
        let magnitudes = || (self.exponent, &self.digits).cmp(&(other.exponent, &other.digits));
        let order = sign(self).cmp(&sign(other));
        Some(order.then_with(|| if self.negative { magnitudes().reverse() } else { magnitudes() }))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.negative { "-" } else { "" }, self.literal.to_token_stream())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_with_one_by_its_text() {
        let order = |text: &str| Decimal::new(false, syn::parse_str(text).unwrap()).unwrap().magnitude_to_one();
        for below in ["0", "0.0", "0.999", "9e-1", "1e-300", "0_0.5", "00.10"] {
            assert_eq!(order(below), Ordering::Less, "{below}");
        }
        for one in ["1", "1.0", "1.000", "0.1e1", "10e-1", "01"] {
            assert_eq!(order(one), Ordering::Equal, "{one}");
        }
        for above in ["1.0001", "2", "0.2e1", "10", "1e300"] {
            assert_eq!(order(above), Ordering::Greater, "{above}");
        }
    }

    #[test]
    fn orders_numbers_by_their_text() {
        let number = |text: &str| {
            let digits = text.trim_start_matches('-');
            Decimal::new(digits != text, syn::parse_str(digits).unwrap()).unwrap()
        };
        let rising = ["-2e3", "-1", "-0.5", "-0.05", "0", "1e-9", "0.05", "0.051", "0.5", "1", "9.9", "10", "2e3"];
        for (index, text) in rising.iter().enumerate() {
            for (other_index, other) in rising.iter().enumerate() {
                let order = number(text).partial_cmp(&number(other)).unwrap();
                assert_eq!(order, index.cmp(&other_index), "{text} and {other}");
            }
        }
        assert_eq!(number("-0").partial_cmp(&number("0.0")), Some(Ordering::Equal));
    }
}
