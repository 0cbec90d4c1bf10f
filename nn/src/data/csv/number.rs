//! Numbers of a table, which are short: most are read in one pass over their digits.

use katachi_core::element::Element;

/// What a field of a column of numbers says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<T> {
    Number(T),
    Missing,
    /// A number, but none that is finite in `T`.
    Infinite,
    Text,
}

/// What stands where a value is missing, beside nothing.
const MISSING: [&[u8]; 9] = [b"NA", b"N/A", b"n/a", b"NaN", b"nan", b"NULL", b"null", b"None", b"?"];

/// Powers of ten that `f64` holds exactly, as far as the digits of a short number need them.
const POWERS: [f64; 17] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16];

/// Whether a field says that its value is missing.
pub fn is_missing(field: &[u8]) -> bool {
    let field = field.trim_ascii();
    field.is_empty() || MISSING.contains(&field)
}

/// Reads a field; spaces around a number do not count.
#[inline]
pub fn parse<T: Element>(field: &[u8]) -> Field<T> {
    match short(field) {
        Some(number) => Field::Number(number),
        None => any(field),
    }
}

/// A decimal of few digits, which one division of exact numbers rounds correctly (Clinger 1990).
#[inline]
fn short<T: Element>(field: &[u8]) -> Option<T> {
    // The digits of `T`, and the greatest power of ten that it holds exactly.
    let (greatest, most_decimals) = if size_of::<T>() == 4 { (1 << 24, 10) } else { (1 << 53, 16) };
    let (negative, digits) = match field {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > POWERS.len() {
        return None;
    }
    let (mut mantissa, mut decimals, mut point, mut any) = (0_u64, 0, false, false);
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa * 10 + u64::from(digit);
            decimals += usize::from(point);
            any = true;
        } else if byte == b'.' && !point {
            point = true;
        } else {
            return None;
        }
    }
    if !any || mantissa > greatest || decimals > most_decimals {
        return None;
    }
    let mut number = T::from_f64(mantissa as f64);
    if decimals > 0 {
        number /= T::from_f64(POWERS[decimals]);
    }
    Some(if negative { -number } else { number })
}

/// A field of any form.
#[cold]
fn any<T: Element>(field: &[u8]) -> Field<T> {
    if is_missing(field) {
        return Field::Missing;
    }
    let Ok(text) = std::str::from_utf8(field.trim_ascii()) else { return Field::Text };
    // Each type rounds for itself: by way of the other, a number would be rounded twice.
    let number = if size_of::<T>() == 4 {
        text.parse().map(|number: f32| T::from_f64(number.into()))
    } else {
        text.parse().map(T::from_f64)
    };
    match number {
        Ok(number) if number.is_finite() => Field::Number(number),
        Ok(number) if number.is_nan() => Field::Missing,
        Ok(_) => Field::Infinite,
        Err(_) => Field::Text,
    }
}

#[cfg(test)]
mod tests {
    use katachi_core::random::{Random, Use};

    use super::*;

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        let mut random = Random::new(22, Use::Tensors, 0);
        for _ in 0..200_000 {
            let (digits, decimals) = (random.below(19), random.below(20));
            let bound = 10_u64.pow(u32::try_from(digits).unwrap());
            let mut text = random.below(usize::try_from(bound).unwrap()).to_string();
            if decimals <= text.len() && decimals > 0 {
                text.insert(text.len() - decimals, '.');
            }
            if random.unit() < 0.3 {
                text.insert(0, '-');
            }
            assert_eq!(parse::<f64>(text.as_bytes()), Field::Number(text.parse().unwrap()), "{text}");
            assert_eq!(parse::<f32>(text.as_bytes()), Field::Number(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn other_forms_are_read_too() {
        let number = |text: &str| match parse::<f32>(text.as_bytes()) {
            Field::Number(number) => number,
            other => panic!("{text}: {other:?}"),
        };
        for (text, expected) in
            [("1e3", 1000.0), (" 2 ", 2.0), ("+4", 4.0), (".5", 0.5), ("5.", 5.0), ("-0", 0.0), ("1E-2", 0.01)]
        {
            assert_eq!(number(text), expected, "{text}");
        }
        assert!(number("-0").is_sign_negative());
        assert_eq!(number("0.000000000000000000000000000000000000000000001"), 1e-45);
        for text in ["", "  ", "NA", " nan", "NAN", "?", "null"] {
            assert_eq!(parse::<f64>(text.as_bytes()), Field::Missing, "{text}");
        }
        for text in ["inf", "-Infinity", "1e39"] {
            assert_eq!(parse::<f32>(text.as_bytes()), Field::Infinite, "{text}");
        }
        for text in ["a", "1,5", "1 2", "--1", "-", ".", "1.2.3", "0x10", "1_000", "\u{ff11}"] {
            assert_eq!(parse::<f64>(text.as_bytes()), Field::Text, "{text}");
        }
        assert_eq!(parse::<f64>(b"1\xff"), Field::Text);
    }
}
