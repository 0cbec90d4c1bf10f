//! Words with arguments: `random_normal(stddev = 0.1)`, `max_norm(2.0)`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Lit, LitFloat};

use crate::ast::{Argument, Arguments, Value};
use crate::decimal::Decimal;
use crate::errors::Errors;
use crate::names;

/// A word that a declaration may hold: its name, the variant of the enum that it becomes, and what its brackets take.
pub struct Row {
    pub name: &'static str,
    pub variant: &'static str,
    pub arguments: &'static [Parameter],
}

/// An argument: its name, which is that of the variant's field, what it is where nothing is written, and what it may be.
pub struct Parameter {
    pub name: &'static str,
    pub default: &'static str,
    pub rule: Rule,
}

/// What an argument may be.
pub enum Rule {
    /// Any number.
    Number,
    /// A number above 0.
    Positive,
    /// A number that is not negative.
    NotNegative,
    /// A number from 0 to 1.
    Share,
    /// The number of an axis.
    Axis,
    /// One of these words, each with its variant, of the enum of this name.
    OneOf(&'static str, &'static [(&'static str, &'static str)]),
}

/// A word that was read, with a setting for each of its arguments.
#[derive(Clone)]
pub struct Word {
    row: &'static Row,
    settings: Vec<Setting>,
    /// As it is written; nothing for one that was not.
    pub tokens: TokenStream,
}

#[derive(Clone)]
enum Setting {
    Number(Decimal),
    Axis(usize),
    /// The place in the list of words.
    Choice(usize),
}

impl Row {
    /// The row of this name.
    pub fn find(rows: &'static [Self], name: &str) -> Option<&'static Self> {
        rows.iter().find(|row| row.name == name)
    }

    /// How it is written, with the defaults of all arguments: `random_normal(mean = 0.0, stddev = 0.05)`.
    pub fn form(&self) -> String {
        if self.arguments.is_empty() {
            return self.name.to_owned();
        }
        let list = self.arguments.iter().map(|argument| format!("{} = {}", argument.name, argument.default));
        format!("{}({})", self.name, list.collect::<Vec<_>>().join(", "))
    }
}

impl Word {
    /// The word alone, all its arguments as they are by default.
    pub fn plain(row: &'static Row) -> Self {
        let settings = row.arguments.iter().map(Parameter::default).collect();
        Self { row, settings, tokens: TokenStream::new() }
    }

    /// Reads what stands in the brackets of `word`; reports what is wrong with it.
    pub fn read(cx: &Errors, row: &'static Row, word: &Ident, arguments: &Arguments) -> Option<Self> {
        let inside = &arguments.tokens;
        let mut read = Self { tokens: quote!(#word #inside), ..Self::plain(row) };
        let mut given = vec![false; row.arguments.len()];
        let mut is_well = true;
        for (position, argument) in arguments.list.iter().enumerate() {
            let (place, value) = match argument {
                Argument::Positional(value) if position < row.arguments.len() => (Some(position), value),
                Argument::Named(name, value) => {
                    (row.arguments.iter().position(|parameter| name == parameter.name), value)
                }
                Argument::Positional(_) | Argument::Sizes(_) => {
                    let message = format!("`{}` does not take this argument", row.name);
                    cx.report_with_help(argument, message, format!("write it as `{}`", row.form()));
                    is_well = false;
                    continue;
                }
            };
            let Some(place) = place else {
                unknown(cx, row, argument);
                is_well = false;
                continue;
            };
            let parameter = &row.arguments[place];
            if std::mem::replace(&mut given[place], true) {
                cx.report_with_help(argument, format!("`{}` is given twice", parameter.name), "keep one of them");
                is_well = false;
                continue;
            }
            match parameter.read(cx, row, value) {
                Some(setting) => read.settings[place] = setting,
                None => is_well = false,
            }
        }
        is_well.then_some(read)
    }

    pub fn name(&self) -> &'static str {
        self.row.name
    }

    /// The number that an argument is.
    pub fn number(&self, name: &str) -> Option<&Decimal> {
        match self.setting(name)? {
            Setting::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The axis that the word is about, if it takes one.
    pub fn axis(&self) -> Option<usize> {
        match self.setting("axis")? {
            Setting::Axis(axis) => Some(*axis),
            _ => None,
        }
    }

    fn setting(&self, name: &str) -> Option<&Setting> {
        let place = self.row.arguments.iter().position(|parameter| parameter.name == name)?;
        self.settings.get(place)
    }

    /// The variant of the enum `of`, under the path `krate`.
    pub fn variant(&self, krate: &TokenStream, of: &str) -> TokenStream {
        let (of, variant) = (format_ident!("{of}"), format_ident!("{}", self.row.variant));
        if self.settings.is_empty() {
            return quote!(#krate::#of::#variant);
        }
        let fields = std::iter::zip(self.row.arguments, &self.settings).map(|(parameter, setting)| {
            let name = format_ident!("{}", parameter.name);
            let value = match (setting, &parameter.rule) {
                (Setting::Number(number), _) => number.to_float(),
                (Setting::Axis(axis), _) => crate::emit::number(*axis).into_token_stream(),
                (Setting::Choice(choice), Rule::OneOf(of, words)) => {
                    let (of, variant) = (format_ident!("{of}"), format_ident!("{}", words[*choice].1));
                    quote!(#krate::#of::#variant)
                }
                (Setting::Choice(_), _) => unreachable!("a choice of no words"),
            };
            quote!(#name: #value)
        });
        quote!(#krate::#of::#variant { #(#fields),* })
    }
}

/// Says what the argument most likely means.
fn unknown(cx: &Errors, row: &'static Row, argument: &Argument) {
    let Argument::Named(name, _) = argument else { unreachable!("an argument without a name has a position") };
    let text = name.to_string();
    let help = match (text.as_str(), names::nearest(&text, row.arguments.iter().map(|parameter| parameter.name))) {
        ("seed", _) => format!("write it as `{}`; its seed is given to `init`", row.form()),
        ("std" | "sigma", _) if row.form().contains("stddev") => "did you mean `stddev`?".to_owned(),
        (_, Some(near)) => format!("did you mean `{near}`?"),
        _ => format!("write it as `{}`", row.form()),
    };
    cx.report_with_help(argument, format!("`{}` has no argument `{text}`", row.name), help);
}

impl Parameter {
    fn default(&self) -> Setting {
        match &self.rule {
            Rule::OneOf(_, words) => {
                Setting::Choice(words.iter().position(|word| word.0 == self.default).unwrap_or_default())
            }
            Rule::Axis => Setting::Axis(self.default.parse().expect("the default of an axis is a number")),
            _ => {
                let digits = self.default.trim_start_matches('-');
                let literal = Lit::Float(LitFloat::new(digits, Span::mixed_site()));
                let number = Decimal::new(digits != self.default, literal);
                Setting::Number(number.expect("the default of a number is one"))
            }
        }
    }

    /// The setting that was written; reports what is wrong with it.
    fn read(&self, cx: &Errors, row: &'static Row, value: &Value) -> Option<Setting> {
        let place = format!("`{}` of `{}`", self.name, row.name);
        let form = || format!("write it as `{}`", row.form());
        match &self.rule {
            Rule::OneOf(_, words) => {
                let Value::Word(word, _) = value else {
                    let message = format!("{place} is one of {}", names::list(words.iter().map(|word| word.0)));
                    cx.report_with_help(value, message, form());
                    return None;
                };
                let choice = words.iter().position(|known| word == known.0);
                if choice.is_none() {
                    let help = names::suggestion(&word.to_string(), words.iter().map(|word| word.0));
                    cx.report_with_help(value, format!("{place} cannot be `{word}`"), help);
                }
                choice.map(Setting::Choice)
            }
            Rule::Axis => {
                if let Value::Integer(_, axis) = value {
                    return Some(Setting::Axis(*axis));
                }
                cx.report_with_help(value, format!("{place} is the number of an axis, counted from 0"), form());
                None
            }
            rule => {
                let Some(number) = value.decimal() else {
                    cx.report_with_help(value, format!("{place} is a number"), form());
                    return None;
                };
                let (is_allowed, must) = match rule {
                    Rule::Positive => (!number.is_negative() && !number.is_zero(), "greater than 0"),
                    Rule::NotNegative => (!number.is_negative(), "at least 0"),
                    Rule::Share => (!number.is_negative() && !number.magnitude_to_one().is_gt(), "from 0 to 1"),
                    _ => (true, ""),
                };
                if !is_allowed {
                    cx.report_with_help(value, format!("{place} is {number}, but it must be {must}"), form());
                }
                is_allowed.then_some(Setting::Number(number))
            }
        }
    }
}
