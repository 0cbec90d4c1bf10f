//! The call of a kernel for each op.

use proc_macro2::TokenStream;
use quote::quote;

use super::loops::{self, samples};
use super::number;
use super::passes::Body;
use super::tables::{field, member};
use crate::activation::{Activation, Kind, Saves};
use crate::dim::Dim;
use crate::ir::{Contract, Factor, Node, Op, Parameter, Product, Rearrange, Reduce, Reduction, Value, Walk};

impl Body<'_> {
    /// The statements of an op.
    #[allow(clippy::too_many_lines, reason = "a table has a row for each op")]
    pub fn call(&mut self, node: &Node) -> TokenStream {
        let write = node.into.as_ref().map(|parameter| self.write_mode(parameter));
        let operand = |index: usize| self.read(node.operands[index]);
        let result = |index: usize| self.write(node.results[index]);
        match &node.op {
            // They are there, or are written where they are read first.
            Op::Parameter(_) | Op::Constants(_) => TokenStream::new(),
            Op::Dense { product, bias, activation } => {
                let (sizes, weight) = (self.sizes(product, node.operands[0]), own(&product.weight));
                let bias = bias.as_ref().map(own).map_or(quote!(katachi::None), |bias| quote!(katachi::Some(&#bias)));
                let (activation, x, y) = (activation.tokens(&quote!(katachi)), operand(0), result(0));
                quote!(katachi::kernels::dense(#sizes, #x, &#weight, #bias, #activation, #y);)
            }
            Op::Activate { activation, width, .. } => self.activate(node, activation, width),
            Op::Dropout(dropout) => {
                let (copy, rate, y) = (self.copy(node), dropout.rate.to_float(), result(0));
                let number = number(dropout.number);
                quote!(#copy katachi::kernels::dropout(T::from_f64(#rate), pass.key(#number), #y);)
            }
            Op::WeightAdjoint(product) => {
                let (sizes, x, dz) = (self.sizes(product, node.operands[0]), operand(0), operand(1));
                let gradient = gradient(node);
                quote!(katachi::kernels::dense_weight_adjoint(#sizes, #x, #dz, #write, &mut #gradient);)
            }
            Op::BiasAdjoint { outputs } => {
                let rows = self.rows_of(node.operands[0], outputs);
                let (outputs, dz, gradient) = (outputs.value(), operand(0), gradient(node));
                quote!(katachi::kernels::dense_bias_adjoint(#rows, #outputs, #dz, #write, &mut #gradient);)
            }
            Op::MatMulAdjoint(product) => {
                let (sizes, weight) = (self.sizes(product, node.operands[0]), own(&product.weight));
                let (dz, dx) = (operand(0), result(0));
                quote!(katachi::kernels::dense_input_adjoint(#sizes, #dz, &#weight, katachi::Write::Set, #dx);)
            }
            Op::ActivateAdjoint { activation, width } => self.activate_adjoint(node, activation, width),
            Op::Loop(steps) => loops::call(self, node, steps),
            Op::Reduce(reduce) => self.reduce(node, reduce, write),
            Op::Argmax { rows, size, inner } => {
                let rows = self.for_samples(rows, node.operands[0]);
                let (size, inner, x, y) = (size.value(), inner.value(), operand(0), result(0));
                quote!(katachi::kernels::argmax(#rows, #size, #inner, #x, #y);)
            }
            Op::Rearrange(rearrange) => self.rearrange(node, rearrange),
            Op::Concat { outer, parts } => self.concat(node, outer, parts),
            Op::Contract(contract) => self.contract(node, contract, write),
            Op::Lookup { table, rows, width } => {
                let (table, rows, width) = (own(table), rows.value(), width.value());
                let (indices, y) = (operand(0), result(0));
                quote!(katachi::kernels::lookup(#rows, #width, #indices, &#table, #y);)
            }
            Op::LookupAdjoint { rows, width } => {
                let (rows, width, indices, dy) = (rows.value(), width.value(), operand(0), operand(1));
                let gradient = gradient(node);
                quote!(katachi::kernels::lookup_adjoint(#rows, #width, #indices, #dy, #write, &mut #gradient);)
            }
            Op::OneHot { depth } => {
                let (depth, indices, y) = (depth.value(), operand(0), result(0));
                quote!(katachi::kernels::one_hot(#depth, #indices, #y);)
            }
            Op::Nested(nested) => {
                let (layer, x, y) = (field(&nested.layer), operand(0), result(0));
                let workspace = self.write(node.results[1]);
                if self.plan.graph.gradients.is_none() {
                    return quote!(katachi::Model::infer(&self.#layer, katachi::view(#x), #y, #workspace););
                }
                let number = number(nested.number);
                quote!(katachi::Model::forward(&self.#layer, katachi::view(#x), #y, #workspace, pass.nested(#number));)
            }
            Op::NestedAdjoint(nested) => {
                let (layer, number) = (field(&nested.layer), number(nested.number));
                let (dy, x, y) = (self.write(node.operands[0]), operand(1), operand(2));
                let workspace = self.write(node.operands[3]);
                let dx = node.results.first().map(|&dx| self.write(dx));
                let dx = dx.map_or(quote!(katachi::None), |dx| quote!(katachi::Some(#dx)));
                // The gradient of a model that is frozen is computed with that of its input, and forgotten.
                let forget = nested
                    .is_frozen
                    .then(|| quote!(katachi::Parameters::as_mut_slice(&mut gradient.#layer).fill(T::ZERO);));
                let write = write.unwrap_or_else(|| quote!(katachi::Write::Set));
                quote! {
                    katachi::Model::backward(
                        &self.#layer,
                        katachi::view(#x),
                        #y,
                        #dy,
                        #dx,
                        #workspace,
                        &mut gradient.#layer,
                        #write,
                        pass.nested(#number),
                    );
                    #forget
                }
            }
            Op::Store => {
                let (value, gradient) = (operand(0), gradient(node));
                quote!(katachi::store(#write, #value, &mut #gradient);)
            }
            Op::Map(_) => self.copy(node),
            Op::MatMul(_) | Op::AddBias { .. } | Op::StopGradient => {
                unreachable!("fusion leaves none of these")
            }
        }
    }

    fn activate(&self, node: &Node, activation: &Activation, width: &Dim) -> TokenStream {
        let (copy, width, y) = (self.copy(node), width.value(), self.write(node.results[0]));
        let kernel = match activation.kind {
            Kind::Softmax => quote!(softmax(#width, #y)),
            Kind::LogSoftmax => quote!(log_softmax(#width, #y)),
            _ => {
                let activation = activation.tokens(&quote!(katachi));
                quote!(activate(#activation, #y))
            }
        };
        quote!(#copy katachi::kernels::#kernel;)
    }

    fn activate_adjoint(&self, node: &Node, activation: &Activation, width: &Dim) -> TokenStream {
        let (copy, width, dx) = (self.copy(node), width.value(), self.write(node.results[0]));
        let saved = node.operands.get(1).map(|&saved| self.read(saved));
        let kernel = match (activation.kind, activation.kind.saves(), saved) {
            (Kind::Softmax, _, Some(y)) => quote!(softmax_adjoint(#width, #y, #dx)),
            (Kind::LogSoftmax, _, Some(y)) => quote!(log_softmax_adjoint(#width, #y, #dx)),
            (_, Saves::Input | Saves::Output, Some(saved)) => {
                let activation = activation.tokens(&quote!(katachi));
                quote!(activation_adjoint(#activation, #saved, #dx))
            }
            _ => unreachable!("an activation that is computed saves what its adjoint reads"),
        };
        quote!(#copy katachi::kernels::#kernel;)
    }

    fn reduce(&self, node: &Node, reduce: &Reduce, write: Option<TokenStream>) -> TokenStream {
        let reduction = match reduce.reduction {
            Reduction::Sum => quote!(Sum),
            Reduction::Maximum => quote!(Maximum),
            Reduction::Minimum => quote!(Minimum),
        };
        let samples = self.samples_of(node.operands[0]);
        let (dims, reduced, over_samples) = (reduce.dims.iter().map(Dim::value), &reduce.reduced, reduce.over_samples);
        let (x, (write, y)) = (self.read(node.operands[0]), self.target(node, write));
        quote! {
            katachi::kernels::reduce(
                katachi::kernels::Reduction::#reduction, #samples, &[#(#dims),*], &[#(#reduced),*], #over_samples,
                #write, #x, #y,
            );
        }
    }

    fn rearrange(&self, node: &Node, rearrange: &Rearrange) -> TokenStream {
        let (x, y) = (self.read(node.operands[0]), self.write(node.results[0]));
        let clear = rearrange.is_sparse.then(|| quote!(#y.fill(T::ZERO);));
        let (samples, dims) = (samples(&self.plan.graph, node), rearrange.dims.iter().map(Dim::value));
        let from = self.walk(node.operands[0], &rearrange.from);
        let to = self.walk(node.results[0], &rearrange.to);
        quote! {
            #clear
            katachi::kernels::rearrange(#samples, &[#(#dims),*], #from, #x, #to, katachi::Write::Set, #y);
        }
    }

    fn concat(&self, node: &Node, outer: &Dim, parts: &[Dim]) -> TokenStream {
        let (samples, y) = (samples(&self.plan.graph, node), self.write(node.results[0]));
        let total: Dim = parts.iter().sum();
        let mut offset = Dim::from(0);
        let mut calls = TokenStream::new();
        for (&operand, part) in std::iter::zip(&node.operands, parts) {
            let dims = [outer.clone(), part.clone()];
            let from = self.walk(operand, &Walk::whole(&dims));
            let strides = vec![total.clone(), Dim::from(1)];
            let to = self.walk(node.results[0], &Walk { offset: offset.clone(), strides });
            let (x, dims) = (self.read(operand), dims.iter().map(Dim::value));
            calls.extend(quote! {
                katachi::kernels::rearrange(#samples, &[#(#dims),*], #from, #x, #to, katachi::Write::Set, #y);
            });
            offset = &offset + part;
        }
        calls
    }

    fn walk(&self, value: Value, walk: &Walk) -> TokenStream {
        let graph = &self.plan.graph;
        let sample = if graph.is_batched(value) { graph.size(value).value() } else { quote!(0) };
        let (offset, strides) = (walk.offset.value(), walk.strides.iter().map(Dim::value));
        quote!(katachi::kernels::Walk { sample: #sample, offset: #offset, strides: &[#(#strides),*] })
    }

    fn contract(&self, node: &Node, contract: &Contract, write: Option<TokenStream>) -> TokenStream {
        let graph = &self.plan.graph;
        let Contract { stack, rows, depth, columns, .. } = contract;
        let stride = |value: Value| if graph.is_batched(value) { graph.size(value).value() } else { quote!(0) };
        let factor = |index: usize, factor: Factor, size: &Dim| {
            let value = node.operands[index];
            let (values, sample, transposed) = (self.read(value), stride(value), factor.is_transposed);
            let stack = if factor.is_stacked { size.value() } else { quote!(0) };
            quote!(katachi::kernels::Factor {
                values: #values, sample: #sample, stack: #stack, transposed: #transposed
            })
        };
        let a = factor(0, contract.a, &(rows * depth));
        let b = factor(1, contract.b, &(depth * columns));
        let any_batched = node.operands.iter().any(|&operand| graph.is_batched(operand));
        let samples = if any_batched { quote!(n) } else { quote!(1) };
        let sample = node.results.first().map_or_else(|| quote!(0), |&result| stride(result));
        let matrix = if contract.is_stacked { (rows * columns).value() } else { quote!(0) };
        let (write, c) = self.target(node, write);
        let [stack, rows, depth, columns] = [stack, rows, depth, columns].map(Dim::value);
        quote! {
            katachi::kernels::matmul(
                #samples, #stack, #rows, #depth, #columns, #a, #b, #write,
                katachi::kernels::Destination { values: #c, sample: #sample, stack: #matrix },
            );
        }
    }

    /// How and where an op writes: its result, or the gradient of a parameter.
    fn target(&self, node: &Node, write: Option<TokenStream>) -> (TokenStream, TokenStream) {
        match write {
            Some(write) => {
                let gradient = gradient(node);
                (write, quote!(&mut #gradient))
            }
            None => (quote!(katachi::Write::Set), self.write(node.results[0])),
        }
    }

    /// The kernels of elementwise ops work in place: the operand is copied first where it must stay.
    fn copy(&self, node: &Node) -> TokenStream {
        let (from, to) = (node.operands[0], node.results[0]);
        if self.plan.variables[from.0] == self.plan.variables[to.0] && self.plan.place(from) == self.plan.place(to) {
            return TokenStream::new();
        }
        let (from, to) = (self.read(from), self.write(to));
        quote!(#to.copy_from_slice(#from);)
    }

    /// `n, 784, 700`
    fn sizes(&self, product: &Product, x: Value) -> TokenStream {
        let rows = self.for_samples(&product.rows, x);
        let (inputs, outputs) = (product.inputs.value(), product.outputs.value());
        quote!(#rows, #inputs, #outputs)
    }

    /// A number of rows for all samples: `n`, or `28 * n` for a layer that works on the rows of a sample.
    fn for_samples(&self, rows: &Dim, value: Value) -> TokenStream {
        if self.plan.graph.is_batched(value) { rows.value_for_batch() } else { rows.value() }
    }

    fn samples_of(&self, value: Value) -> TokenStream {
        if self.plan.graph.is_batched(value) { quote!(n) } else { quote!(1) }
    }

    /// How many rows of `width` values a value has.
    fn rows_of(&self, value: Value, width: &Dim) -> TokenStream {
        let size = self.plan.graph.size(value);
        let known = size.known().zip(width.known()).map(|(size, width)| Dim::from(size / width));
        match known {
            Some(rows) => self.for_samples(&rows, value),
            None if size == width => self.samples_of(value),
            None => {
                let (size, width) = (self.for_samples(size, value), width.value());
                quote!((#size) / (#width))
            }
        }
    }
}

/// `self.hidden1.weight`
pub fn own(parameter: &Parameter) -> TokenStream {
    let (layer, member) = (field(&parameter.layer), member(parameter.field));
    let dot = member.is_some().then(|| quote!(.));
    quote!(self.#layer #dot #member)
}

/// `gradient.hidden1.weight`
fn gradient(node: &Node) -> TokenStream {
    gradient_of(node.into.as_ref().expect("an op without a result writes a gradient"))
}

pub fn gradient_of(parameter: &Parameter) -> TokenStream {
    let (layer, member) = (field(&parameter.layer), member(parameter.field));
    let dot = member.is_some().then(|| quote!(.));
    quote!(gradient.#layer #dot #member)
}
