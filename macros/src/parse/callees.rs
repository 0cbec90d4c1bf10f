//! The differentiable functions that a function calls: only their own expansions know their bodies.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;

use crate::functions;

/// A function that is called: the path to its module, and its name.
pub struct Callee {
    pub path: TokenStream,
    pub name: Ident,
}

/// The functions that a body calls as `f(x)`, `f::grad(x)` or `f::value_and_grad(x)` and that are none of the language.
/// `own` are the names that mean something else: of the function itself and of its arguments.
pub fn callees(body: TokenStream, own: &[&Ident]) -> Vec<Callee> {
    let mut found = Found { values: own.iter().map(ToString::to_string).collect(), callees: Vec::new() };
    found.bindings(body.clone());
    found.calls(body);
    found.callees
}

/// Whether the last part of a path is one of the functions that an expansion writes for a gradient.
pub fn is_gradient(name: &Ident) -> bool {
    name == "grad" || name == "value_and_grad"
}

struct Found {
    values: HashSet<String>,
    callees: Vec<Callee>,
}

impl Found {
    /// The names that a `let` gives.
    fn bindings(&mut self, tokens: TokenStream) {
        let mut is_pattern = false;
        for token in tokens {
            match token {
                TokenTree::Ident(word) if word == "let" => is_pattern = true,
                TokenTree::Ident(name) if is_pattern => {
                    self.values.insert(name.to_string());
                }
                TokenTree::Punct(sign) if sign.as_char() == '=' => is_pattern = false,
                TokenTree::Group(group) if is_pattern => {
                    let names = group.stream().into_iter().filter_map(|token| match token {
                        TokenTree::Ident(name) => Some(name.to_string()),
                        _ => None,
                    });
                    self.values.extend(names);
                }
                TokenTree::Group(group) => self.bindings(group.stream()),
                _ => {}
            }
        }
    }

    /// What stands in front of round brackets.
    fn calls(&mut self, tokens: TokenStream) {
        // The path so far, and whether a dot or a sign before it says that it is no function.
        let mut path: Vec<Ident> = Vec::new();
        let mut colons = 0;
        let mut is_method = false;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        path.clear();
                    }
                    colons = 0;
                    path.push(name);
                    continue;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                TokenTree::Punct(sign) => {
                    is_method = sign.as_char() == '.' || sign.as_char() == '!' && !path.is_empty();
                }
                TokenTree::Group(group) => {
                    if group.delimiter() == Delimiter::Parenthesis && !is_method {
                        self.call(&path);
                    }
                    is_method = false;
                    self.calls(group.stream());
                }
                TokenTree::Literal(_) => is_method = false,
            }
            path.clear();
            colons = 0;
        }
    }

    fn call(&mut self, path: &[Ident]) {
        let (module, name) = match path {
            [module @ .., name, last] if is_gradient(last) => (module, name),
            [name] if !self.values.contains(&name.to_string()) && functions::is_unheard_of(&name.to_string()) => {
                (&[] as &[Ident], name)
            }
            _ => return,
        };
        let is_own = module.is_empty() && self.values.contains(&name.to_string());
        if !is_own && self.callees.iter().all(|callee| callee.name != *name) {
            self.callees.push(Callee { path: quote!(#(#module::)* #name), name: name.clone() });
        }
    }
}
