//! Whether a model that is a layer of another has the shapes that it was taken to have, answered while compiling.

/// The longest message, in bytes.
const LENGTH: usize = 512;

/// A message that is put together while compiling.
struct Message {
    bytes: [u8; LENGTH],
    length: usize,
}

/// Stops the compiler with a sentence unless the shapes of the model `other`, which is the layer `layer` of `model`, are
/// those that `model` was written for.
///
/// # Panics
/// If they differ; at compile time, where it is called in a constant.
#[track_caller]
pub const fn check(
    [model, layer, other]: [&str; 3],
    given: &[usize],
    takes: &[usize],
    expected: &[usize],
    gives: &[usize],
) {
    if !are_equal(given, takes) {
        let message = Message::new()
            .text("`")
            .text(model)
            .text("` gives its layer `")
            .text(layer)
            .text("` samples of shape ")
            .shape(given)
            .text(", but `")
            .text(other)
            .text("` takes samples of shape ")
            .shape(takes);
        panic!("{}", message.as_str());
    }
    if !are_equal(expected, gives) {
        let message = Message::new()
            .text("`")
            .text(model)
            .text("` takes its layer `")
            .text(layer)
            .text("` to give shape ")
            .shape(expected)
            .text(", but `")
            .text(other)
            .text("` gives shape ")
            .shape(gives);
        panic!("{}", message.as_str());
    }
}

const fn are_equal(a: &[usize], b: &[usize]) -> bool {
    let mut same = a.len() == b.len();
    let mut index = 0;
    while same && index < a.len() {
        same = a[index] == b[index];
        index += 1;
    }
    same
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; LENGTH], length: 0 }
    }

    /// Appends a text; what does not fit is left out.
    const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut index = 0;
        while index < text.len() && self.length < LENGTH {
            self.bytes[self.length] = text[index];
            self.length += 1;
            index += 1;
        }
        self
    }

    /// Appends a number in decimal.
    const fn number(mut self, number: usize) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        if self.length < LENGTH {
            #[allow(clippy::cast_possible_truncation, reason = "a digit")]
            let digit = b'0' + (number % 10) as u8;
            self.bytes[self.length] = digit;
            self.length += 1;
        }
        self
    }

    /// Appends `[28, 28]`.
    const fn shape(mut self, sizes: &[usize]) -> Self {
        self = self.text("[");
        let mut index = 0;
        while index < sizes.len() {
            if index > 0 {
                self = self.text(", ");
            }
            self = self.number(sizes[index]);
            index += 1;
        }
        self.text("]")
    }

    const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "the shapes of two models differ", // A name was cut within a letter.
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn equal_shapes_pass() {
        check(["A", "b", "B"], &[28, 28], &[28, 28], &[7], &[7]);
    }

    #[test]
    #[should_panic(
        expected = "`A` gives its layer `b` samples of shape [28, 28], but `B` takes samples of shape [784]"
    )]
    fn what_it_takes_is_compared() {
        check(["A", "b", "B"], &[28, 28], &[784], &[7], &[7]);
    }

    #[test]
    #[should_panic(expected = "`A` takes its layer `b` to give shape [7], but `B` gives shape []")]
    fn what_it_gives_is_compared() {
        check(["A", "b", "B"], &[], &[], &[7], &[]);
    }
}
