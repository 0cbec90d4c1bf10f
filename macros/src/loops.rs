//! Loops: several functions of each value by itself, one after the other, while the values are in registers.

use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Loop, Map, Node, Op, Source, Value};

/// Registers of the kernel that runs a loop.
pub const REGISTERS: usize = 8;

/// Outputs that the kernel takes.
const MOST_OUTPUTS: usize = 64;

/// Functions that become one loop, with the values that they read and write.
#[derive(Clone)]
pub struct Group {
    pub dims: Vec<Dim>,
    pub members: Vec<Member>,
}

/// A function with its operands, the axes of each, and its result.
type Member = (Elementwise, Vec<(Value, Vec<bool>)>, Value);

impl Group {
    /// The group of one node, if it computes each value by itself.
    pub fn of(node: &Node, size: &Dim) -> Option<Self> {
        let flat = |function: Elementwise| {
            let layouts = vec![vec![true]; function.operands()];
            Map { function, dims: vec![size.clone()], layouts }
        };
        let map = match &node.op {
            Op::Map(map) => map.clone(),
            Op::Activate { activation, .. } if !activation.kind.is_by_row() => {
                flat(Elementwise::Activation(activation.clone()))
            }
            Op::ActivateAdjoint { activation, .. } if !activation.kind.is_by_row() && node.operands.len() == 2 => {
                flat(Elementwise::ActivationAdjoint(activation.clone()))
            }
            _ => return None,
        };
        let operands = std::iter::zip(node.operands.iter().copied(), map.layouts).collect();
        Some(Self { dims: map.dims, members: vec![(map.function, operands, node.results[0])] })
    }

    pub fn results(&self) -> impl Iterator<Item = Value> + '_ {
        self.members.iter().map(|(_, _, result)| *result)
    }

    /// The values that it reads and does not write.
    pub fn operands(&self) -> Vec<(Value, Vec<bool>)> {
        let mut operands: Vec<(Value, Vec<bool>)> = Vec::new();
        for operand in self.members.iter().flat_map(|(_, operands, _)| operands) {
            if !self.results().any(|result| result == operand.0) && !operands.contains(operand) {
                operands.push(operand.clone());
            }
        }
        operands
    }

    /// This group and then another in one loop, if their indices are the same and their values fit the registers.
    pub fn joined(&self, next: &Self, is_read_outside: &dyn Fn(Value) -> bool) -> Option<Self> {
        let (mine, theirs) = (self.over(&next.dims), next.over(&self.dims));
        let (first, then) = match (mine, theirs) {
            (Some(mine), _) => (mine, next.clone()),
            (None, Some(theirs)) => (self.clone(), theirs),
            (None, None) => return None,
        };
        // What the first writes, the second must read as it is, not repeated.
        let all = vec![true; first.dims.len()];
        let reads = then.members.iter().flat_map(|(_, operands, _)| operands);
        let mut reads = reads.filter(|(value, _)| first.results().any(|result| result == *value));
        if reads.any(|(_, layout)| *layout != all) {
            return None;
        }
        let group = Self { dims: first.dims, members: [first.members, then.members].concat() };
        let looped = group.looped(is_read_outside);
        (looped.stores.len() <= MOST_OUTPUTS).then(|| looped.program())?.map(|_| group)
    }

    /// The same functions over other indices of the same number, if one axis can be taken for several.
    fn over(&self, dims: &[Dim]) -> Option<Self> {
        if self.dims == dims {
            return Some(self.clone());
        }
        let count = |dims: &[Dim]| dims.iter().product::<Dim>();
        if self.dims.len() > 1 || count(&self.dims) != count(dims) {
            return None;
        }
        let stretch = |layout: &Vec<bool>| vec![layout.first().copied().unwrap_or(true); dims.len()];
        let member = |(function, operands, result): &Member| {
            let operands = operands.iter().map(|(value, layout)| (*value, stretch(layout))).collect();
            (function.clone(), operands, *result)
        };
        Some(Self { dims: dims.to_vec(), members: self.members.iter().map(member).collect() })
    }

    /// The loop, which stores what is read outside of it.
    pub fn looped(&self, is_read_outside: &dyn Fn(Value) -> bool) -> Loop {
        let operands = self.operands();
        let source = |operand: &(Value, Vec<bool>)| {
            let step = self.results().position(|result| result == operand.0);
            step.map_or_else(
                || Source::Operand(operands.iter().position(|known| known == operand).expect("it was collected")),
                Source::Step,
            )
        };
        let steps = self
            .members
            .iter()
            .map(|(function, operands, _)| (function.clone(), operands.iter().map(source).collect()))
            .collect();
        let stores = (0..self.members.len()).filter(|&step| is_read_outside(self.members[step].2)).collect();
        let layouts = operands.iter().map(|(_, layout)| layout.clone()).collect();
        Loop { dims: self.dims.clone(), layouts, steps, stores }
    }
}

/// A step of a loop over registers.
#[derive(Clone, PartialEq, Debug)]
pub enum Instruction {
    Load { operand: usize, to: usize },
    Compute { function: Elementwise, from: Vec<usize>, to: usize },
    Store { from: usize, output: usize },
}

impl Loop {
    /// The loop with a register for each value, if there are enough of them.
    pub fn program(&self) -> Option<Vec<Instruction>> {
        let last_use = |source: Source| self.steps.iter().rposition(|(_, sources)| sources.contains(&source));
        let mut holds: [Option<Source>; REGISTERS] = [None; REGISTERS];
        let mut program = Vec::new();
        for (number, (function, sources)) in self.steps.iter().enumerate() {
            let mut from = Vec::new();
            for &source in sources {
                let held = holds.iter().position(|held| *held == Some(source));
                let register = held.or_else(|| holds.iter().position(Option::is_none))?;
                if let (Source::Operand(operand), None) = (source, held) {
                    holds[register] = Some(source);
                    program.push(Instruction::Load { operand, to: register });
                }
                from.push(register);
            }
            for held in &mut holds {
                if held.is_some_and(|source| last_use(source).is_none_or(|last| last <= number)) {
                    *held = None;
                }
            }
            let to = holds.iter().position(Option::is_none)?;
            program.push(Instruction::Compute { function: function.clone(), from, to });
            if let Some(output) = self.stores.iter().position(|store| *store == number) {
                program.push(Instruction::Store { from: to, output });
            }
            if last_use(Source::Step(number)).is_some() {
                holds[to] = Some(Source::Step(number));
            }
        }
        Some(program)
    }

    /// Whether the result may be written over the operand: nothing reads the operand after the result was written.
    pub fn may_write_over(&self, operand: usize, output: usize) -> bool {
        let last = self.steps.iter().rposition(|(_, sources)| sources.contains(&Source::Operand(operand)));
        self.layouts[operand].iter().all(|&has| has) && last.is_none_or(|last| last <= self.stores[output])
    }
}
