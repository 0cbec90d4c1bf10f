//! [`Column`]: what every sample of a dataset has of one kind, as rows over shared values.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Rows of values that several datasets share. Choosing among the rows copies no value.
pub struct Column<T> {
    values: Arc<Vec<T>>, // Not `Arc<[T]>`, into which a `Vec` would be copied.
    /// How many values a row has: at least 1.
    width: usize,
    rows: Rows,
    /// The rows side by side, from when they are first asked for; never where they lie so in any case.
    copy: Arc<OnceLock<Vec<T>>>,
}

/// Which rows of the shared values are here, and in which order.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Those that follow one another.
    Range(Range<usize>),
    /// A range of a list of numbers, which other datasets share.
    List(Arc<Vec<usize>>, Range<usize>),
}

impl Rows {
    pub fn len(&self) -> usize {
        match self {
            Self::Range(range) | Self::List(_, range) => range.len(),
        }
    }

    /// The number of a row among the shared ones.
    ///
    /// # Panics
    /// If there is no such row: beyond the range lie rows of other datasets.
    fn at(&self, row: usize) -> usize {
        assert!(row < self.len(), "there is no sample {row} among {}", self.len());
        match self {
            Self::Range(range) => range.start + row,
            Self::List(numbers, range) => numbers[range.start + row],
        }
    }

    /// The rows `range` of these.
    fn part(&self, range: Range<usize>) -> Self {
        debug_assert!(range.start <= range.end && range.end <= self.len());
        let moved = |whole: &Range<usize>| whole.start + range.start..whole.start + range.end;
        match self {
            Self::Range(whole) => Self::Range(moved(whole)),
            Self::List(numbers, whole) => Self::List(Arc::clone(numbers), moved(whole)),
        }
    }

    /// Those of these rows that have the numbers `chosen`, in that order.
    fn select(&self, chosen: &Arc<Vec<usize>>) -> Self {
        let first = chosen.first().copied().unwrap_or(0);
        let follow_one_another = chosen.iter().copied().eq(first..first + chosen.len());
        match self {
            _ if follow_one_another => self.part(first..first + chosen.len()),
            Self::Range(Range { start: 0, .. }) => Self::List(Arc::clone(chosen), 0..chosen.len()),
            _ => Self::list(chosen.iter().map(|&row| self.at(row)).collect()),
        }
    }

    /// These rows and then others of the same values.
    fn chain(&self, others: &Self) -> Self {
        let numbers = |rows: &Self| (0..rows.len()).map(|row| rows.at(row)).collect::<Vec<_>>();
        Self::list([numbers(self), numbers(others)].concat())
    }

    fn list(numbers: Vec<usize>) -> Self {
        let first = numbers.first().copied().unwrap_or(0);
        if numbers.iter().copied().eq(first..first + numbers.len()) {
            return Self::Range(first..first + numbers.len());
        }
        let range = 0..numbers.len();
        Self::List(Arc::new(numbers), range)
    }

    /// Whether these are the same rows for a reason that is seen without looking at their numbers.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Range(a), Self::Range(b)) => a == b,
            (Self::List(a, x), Self::List(b, y)) => Arc::ptr_eq(a, b) && x == y,
            _ => false,
        }
    }
}

/// Rows that are chosen from several columns alike: those of the same rows then share one list.
pub struct Selection {
    chosen: Arc<Vec<usize>>,
    last: Option<(Rows, Rows)>,
}

impl Selection {
    pub fn new(chosen: Vec<usize>) -> Self {
        Self { chosen: Arc::new(chosen), last: None }
    }

    fn of(&mut self, rows: &Rows) -> Rows {
        if let Some((from, to)) = &self.last
            && from.is_same(rows)
        {
            return to.clone();
        }
        let selected = rows.select(&self.chosen);
        self.last = Some((rows.clone(), selected.clone()));
        selected
    }
}

impl<T: Copy> Column<T> {
    /// All of `values`, which are whole rows of `width` values.
    pub fn new(values: Vec<T>, width: usize) -> Self {
        debug_assert!(width > 0 && values.len().is_multiple_of(width));
        let rows = Rows::Range(0..values.len() / width);
        Self::of(Arc::new(values), width, rows)
    }

    fn of(values: Arc<Vec<T>>, width: usize, rows: Rows) -> Self {
        Self { values, width, rows, copy: Arc::default() }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many values a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The values of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[T] {
        &self.values[self.rows.at(row) * self.width..][..self.width]
    }

    /// All rows.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[T]> {
        (0..self.len()).map(|row| self.row(row))
    }

    /// All rows side by side. The first call copies them where they do not lie so.
    pub fn as_slice(&self) -> &[T] {
        self.side_by_side().unwrap_or_else(|| {
            self.copy.get_or_init(|| {
                let mut values = Vec::new();
                self.gather(0..self.len(), &mut values);
                values
            })
        })
    }

    /// All rows, if they lie side by side or were put so.
    pub fn side_by_side(&self) -> Option<&[T]> {
        match &self.rows {
            Rows::Range(range) => Some(&self.values[range.start * self.width..range.end * self.width]),
            Rows::List(..) => self.copy.get().map(Vec::as_slice),
        }
    }

    /// The rows that follow one another, side by side: where they do not lie so they are copied into `buffer`.
    pub fn read<'a>(&'a self, rows: Range<usize>, buffer: &'a mut Vec<T>) -> &'a [T] {
        if let Some(values) = self.side_by_side() {
            return &values[rows.start * self.width..rows.end * self.width];
        }
        self.gather(rows, buffer);
        buffer
    }

    /// Copies the rows of these numbers into `gathered`, replacing what is there.
    pub fn gather(&self, rows: impl ExactSizeIterator<Item = usize>, gathered: &mut Vec<T>) {
        gathered.clear();
        gathered.reserve(rows.len() * self.width);
        match self.side_by_side() {
            Some(values) => {
                rows.for_each(|row| gathered.extend_from_slice(&values[row * self.width..][..self.width]));
            }
            None => rows.for_each(|row| gathered.extend_from_slice(self.row(row))),
        }
    }

    /// The rows `range`. Its ends are not greater than the length.
    pub fn part(&self, range: Range<usize>) -> Self {
        Self::of(Arc::clone(&self.values), self.width, self.rows.part(range))
    }

    /// Some of the rows, in another order.
    pub fn select(&self, selection: &mut Selection) -> Self {
        Self::of(Arc::clone(&self.values), self.width, selection.of(&self.rows))
    }

    /// These rows and then those of `other`. Values are copied if the two do not share them.
    pub fn chain(&self, other: &Self) -> Self {
        if Arc::ptr_eq(&self.values, &other.values) {
            return Self::of(Arc::clone(&self.values), self.width, self.rows.chain(&other.rows));
        }
        let mut values = Vec::with_capacity((self.len() + other.len()) * self.width);
        self.rows().chain(other.rows()).for_each(|row| values.extend_from_slice(row));
        Self::new(values, self.width)
    }

    /// Rows of `width` values, each made from one of these.
    pub fn map<U: Copy + Default>(&self, width: usize, mut f: impl FnMut(&[T], &mut [U])) -> Column<U> {
        let mut values = vec![U::default(); self.len() * width];
        self.rows().zip(values.chunks_exact_mut(width)).for_each(|(row, new)| f(row, new));
        Column::new(values, width)
    }
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        let Self { values, width, rows, copy } = self;
        Self { values: Arc::clone(values), width: *width, rows: rows.clone(), copy: Arc::clone(copy) }
    }
}
