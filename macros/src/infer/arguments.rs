//! The arguments of a call: its values, its options, and the numbers among them.

use proc_macro2::Ident;

use super::function::Walk;
use crate::ast::{Expression, Given, Infix, Kind};
use crate::dim::Dim;
use crate::functions;
use crate::names;
use crate::shape::Shape;
use crate::size::MAX_RANK;

/// The arguments of a call, sorted; nothing if their number or their names are wrong, which was reported.
pub struct Arguments<'a> {
    pub values: Vec<&'a Expression>,
    options: Vec<(&'a Ident, &'a Expression)>,
}

impl<'a> Arguments<'a> {
    pub fn read(walk: &Walk<'_>, row: &functions::Function, call: &'a Expression, given: &'a [Given]) -> Option<Self> {
        let name = row.name;
        let mut arguments = Self { values: Vec::new(), options: Vec::new() };
        let mut well = true;
        for Given { name: option, value } in given {
            match option {
                None => arguments.values.push(value),
                Some(option) if row.options.iter().any(|known| option == known) => {
                    if arguments.options.iter().any(|(known, _)| *known == option) {
                        walk.cx.report_with_help(option, format!("`{option}` is given twice"), "keep one of them");
                        well = false;
                    }
                    arguments.options.push((option, value));
                }
                Some(option) => {
                    let help = match (row.options, option.to_string().as_str()) {
                        (options, "dim" | "axes" | "dims") if options.contains(&"axis") => {
                            "did you mean `axis`?".into()
                        }
                        (options, "keepdims" | "keepdim" | "keep_dims") if options.contains(&"keep") => {
                            "did you mean `keep`?".into()
                        }
                        ([], _) => format!("it has no options; write `{}`", row.example),
                        (options, text) => names::suggestion(text, options.iter().copied()),
                    };
                    walk.cx.report_with_help(option, format!("`{name}` has no option `{option}`"), help);
                    well = false;
                }
            }
        }
        let count = arguments.values.len();
        if !row.values.contains(&count) {
            let (least, most) = (row.values.start(), row.values.end());
            let takes = match (least, most) {
                (least, most) if least == most => plural(*least),
                (least, &usize::MAX) => format!("at least {}", plural(*least)),
                (least, most) => format!("{least} or {}", plural(*most)),
            };
            let message = format!("`{name}` takes {takes}, but {} given", self::count(count));
            let last =
                arguments.values.last().filter(|last| last.integer().is_some() || matches!(last.kind, Kind::Array(_)));
            let help = match last {
                Some(last) if row.options.contains(&"axis") && count == most.saturating_add(1) => {
                    format!("an axis has its name: write `axis = {}`", last.tokens)
                }
                _ => format!("write it as `{}`", row.example),
            };
            walk.cx.report_with_help(call, message, help);
            well = false;
        }
        well.then_some(arguments)
    }

    pub fn option(&self, name: &str) -> Option<&'a Expression> {
        self.options.iter().find(|(option, _)| *option == name).map(|(_, value)| *value)
    }
}

/// `2 are`
pub fn count(count: usize) -> String {
    if count == 1 { "1 is".to_owned() } else { format!("{count} are") }
}

fn plural(count: usize) -> String {
    if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") }
}

impl Walk<'_> {
    /// The axis that an expression names, counted from the end where it is negative.
    pub fn axis(&self, written: &Expression, rank: usize, shape: &Shape) -> Option<usize> {
        let Some(number) = written.integer() else {
            let help = "axes are counted from 0, and -1 is the last: write `axis = -1`, say";
            self.cx.report_with_help(written, "an axis is a whole number", help);
            return None;
        };
        let count = i64::try_from(rank).expect("a shape has few axes");
        let axis = if number < 0 { number + count } else { number };
        if !(0..count).contains(&axis) {
            let message = format!("there is no axis {number}: the shape is {shape}");
            let help = match rank {
                0 => "a scalar has no axes".to_owned(),
                _ => format!("axes are counted from 0 to {}, or from the end from -1 to -{rank}", rank - 1),
            };
            self.cx.report_with_help(written, message, help);
            return None;
        }
        usize::try_from(axis).ok()
    }

    /// The axis of an option, or else the one counted from the end.
    pub fn axis_or_last(&self, call: &Expression, written: Option<&Expression>, shape: &Shape) -> Option<usize> {
        match written {
            Some(written) => self.axis(written, shape.rank(), shape),
            None if shape.rank() == 0 => {
                let help = "it works along an axis: give it at least a vector";
                self.cx.report_with_help(call, "a scalar has no axes", help);
                None
            }
            None => Some(shape.rank() - 1),
        }
    }

    /// The axes of an option, `1` or `[0, 1]`; all of them where nothing is written.
    pub fn axes(&self, written: Option<&Expression>, shape: &Shape) -> Option<Vec<usize>> {
        let Some(written) = written else { return Some((0..shape.rank()).collect()) };
        let list = match &written.kind {
            Kind::Array(list) => list.iter().collect(),
            _ => vec![written],
        };
        if list.is_empty() {
            let help = "name an axis, such as `axis = 0`, or leave it out for all of them";
            self.cx.report_with_help(written, "there is no axis in these brackets", help);
            return None;
        }
        let mut axes = Vec::new();
        for written in list {
            let axis = self.axis(written, shape.rank(), shape)?;
            if axes.contains(&axis) {
                self.cx.report_with_help(written, "this axis is named twice", "keep one of them");
                return None;
            }
            axes.push(axis);
        }
        axes.sort_unstable();
        Some(axes)
    }

    /// `true` or `false`, as an option; not, unless said.
    pub fn flag(&self, written: Option<&Expression>) -> Option<bool> {
        let Some(written) = written else { return Some(false) };
        match written.tokens.to_string().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.cx.report_with_help(written, "this option is `true` or `false`", "write `keep = true`, say");
                None
            }
        }
    }

    /// A size: a number, a dimension of the model, a sum or a product of them.
    pub fn size(&self, written: &Expression) -> Option<Dim> {
        let found = match &written.kind {
            Kind::Number(_) => written.integer().and_then(|number| usize::try_from(number).ok()).map(Dim::from),
            Kind::Name(name) => self.dimensions.get(name),
            Kind::Infix(sign @ (Infix::Add | Infix::Mul | Infix::Sub), a, b) => {
                let (a, b) = (self.size(a)?, self.size(b)?);
                match sign {
                    Infix::Add => Some(&a + &b),
                    Infix::Mul => Some(&a * &b),
                    _ => a.minus(&b),
                }
            }
            Kind::Unreadable => return None,
            _ => None,
        };
        if found.is_none() {
            let help = if self.dimensions.0.is_empty() {
                "write a number".to_owned()
            } else {
                let known: Vec<String> = self.dimensions.0.iter().map(ToString::to_string).collect();
                format!("write a number, or a sum or product with {}", names::list(known.iter().map(String::as_str)))
            };
            self.cx.report_with_help(written, "a size is a whole number that the compiler knows", help);
        }
        found
    }

    /// `[2, 3]` as a shape.
    pub fn shape(&self, written: &Expression) -> Option<Shape> {
        let Kind::Array(sizes) = &written.kind else {
            let help = "write the sizes in square brackets, such as `[2, 3]`";
            self.cx.report_with_help(written, "a shape is expected here", help);
            return None;
        };
        let sizes: Vec<Option<Dim>> = sizes.iter().map(|size| self.positive_size(size)).collect();
        let sizes = sizes.into_iter().collect::<Option<Vec<Dim>>>()?;
        if sizes.len() > MAX_RANK {
            let message = format!("a shape has at most {MAX_RANK} sizes, but {} are given", sizes.len());
            self.cx.report_with_help(written, message, "merge sizes that are always used together");
            return None;
        }
        let shape = Shape::new(sizes);
        if shape.is_none() {
            let message = "this shape has more values than a computer can address";
            self.cx.report_with_help(written, message, "look for a digit too many in its sizes");
        }
        shape
    }

    /// A size of at least 1.
    pub fn positive_size(&self, written: &Expression) -> Option<Dim> {
        let size = self.size(written)?;
        if size.is(0) {
            self.cx.report_with_help(
                written,
                "a size of 0 leaves no values to compute with",
                "write a size of at least 1",
            );
            return None;
        }
        Some(size)
    }

    /// `1..3` of an axis of `size` values: where it starts, and how many there are.
    pub fn range(&self, written: &Expression, size: &Dim) -> Option<(Dim, Dim)> {
        let Kind::Range(start, end) = &written.kind else {
            let help = "write the first index and the end, such as `1..3` for the indices 1 and 2";
            self.cx.report_with_help(written, "a range of indices is expected here", help);
            return None;
        };
        let start = start.as_ref().map_or(Some(Dim::from(0)), |start| self.size(start))?;
        let end = end.as_ref().map_or(Some(size.clone()), |end| self.size(end))?;
        let count = end.minus(&start);
        let (message, help) = if end == start {
            let next = &start + &Dim::from(1);
            (
                format!("the range {start}..{end} holds no index"),
                format!("write `{start}..{next}` for the index {start}"),
            )
        } else if count.is_none() && (start.known().is_none() || end.known().is_none()) {
            let message = format!("how many indices the range {start}..{end} holds is not known here");
            (message, "its length is a size, or a sum of sizes, as in `0..N` or `N..N + 2`".to_owned())
        } else if count.is_none() {
            (format!("the range {start}..{end} ends before it starts"), format!("write `{end}..{start}`"))
        } else if !size.covers(&end) {
            let ends = if size.known().and(end.known()).is_some() { "ends" } else { "may end" };
            let message = format!("the range {start}..{end} {ends} behind the axis, which has {size} values");
            (message, format!("write `{start}..{size}`, or an end before that"))
        } else {
            return Some((start, count?));
        };
        self.cx.report_with_help(written, message, help);
        None
    }

    /// The index of an axis of `size` values.
    pub fn position(&self, written: &Expression, size: &Dim, of: &Expression) -> Option<Dim> {
        if let Some(number) = written.integer().filter(|number| *number < 0) {
            let last = size.known().and_then(|size| i64::try_from(size).ok()).map(|size| size + number);
            let help = match last.filter(|&last| last >= 0) {
                Some(index) => format!("write `{}[{index}]`", of.or("x")),
                None => "write its number".to_owned(),
            };
            self.cx.report_with_help(written, "indices are counted from 0", help);
            return None;
        }
        let is_size = match &written.kind {
            Kind::Name(name) => self.dimensions.has(name),
            Kind::Number(_) => written.integer().is_some(),
            Kind::Infix(..) | Kind::Unreadable => true,
            _ => false,
        };
        if !is_size {
            let help = format!(
                "write a number; what is computed selects by `matmul(one_hot({}, {size}), {})`",
                written.or("i"),
                of.or("x")
            );
            self.cx.report_with_help(written, "an index is a whole number that the compiler knows", help);
            return None;
        }
        let index = self.size(written)?;
        if size.covers(&(&index + &Dim::from(1))) {
            return Some(index);
        }
        let (message, help) = match size.known() {
            Some(size) => (
                format!("there is no index {index}: {} has {size} values along this axis", of.called()),
                format!("indices are counted from 0 to {}", size.saturating_sub(1)),
            ),
            None => (
                format!("an axis of {size} values may have no index {index}"),
                format!("write its size as a sum that is large enough, such as `{index} + {size}`"),
            ),
        };
        self.cx.report_with_help(written, message, help);
        None
    }
}
