//! The surface as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::elf::to_json;
use crate::error::Result;
use crate::files::{FileId, Files, Kind as FileKind};
use crate::layout::Layout;
use crate::model::{Field, Home, Kind, Node, Shape, Text};
use crate::surface::{Function, Surface, Variable};
use crate::types::Typedef;
use crate::views::{SignatureView, TypeView};

type Written<S> = std::result::Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

pub fn write(surface: &Surface<'_>, layout: &Layout<'_, '_>) -> Result<String> {
    let numbers = number_files(surface);
    let book = Book {
        surface,
        layout,
        numbers: &numbers,
    };
    let mut files: Vec<(usize, &str)> = Vec::new();
    if let Some(known) = surface.scope.files() {
        let path = |id: &FileId| known.get(*id).path.as_str();
        files.extend(numbers.iter().map(|(id, number)| (*number, path(id))));
    }
    files.sort_unstable();
    to_json(&Document {
        pointer_size: surface.platform.pointer,
        byte_order: match surface.is_big_endian {
            true => "big",
            false => "little",
        },
        char_signed: surface.char_signed,
        files: files.into_iter().map(|(_, path)| path).collect(),
        types: book.types(),
        functions: book.each(&surface.functions, |book, all| FunctionView {
            book,
            function: &all[0],
        }),
        conflicts: book.conflicts(&surface.functions, |book, function| FunctionView {
            book,
            function,
        }),
        variables: book.each(&surface.variables, |book, all| book.variable(&all[0])),
        variable_conflicts: book
            .conflicts(&surface.variables, |book, variable| book.variable(variable)),
        typedefs: book.each(&surface.typedefs, |book, typedef| book.typedef(typedef)),
        unseen: &surface.unseen,
        unseen_variables: &surface.unseen_variables,
        assembly: &surface.assembly,
    })
}

#[derive(Serialize)]
struct Document<'r> {
    pointer_size: u64,
    byte_order: &'static str,
    char_signed: Option<bool>,
    files: Vec<&'r str>,
    types: BTreeMap<&'r str, NodeView<'r>>,
    functions: BTreeMap<&'r str, FunctionView<'r>>,
    conflicts: BTreeMap<&'r str, Vec<FunctionView<'r>>>,
    variables: BTreeMap<&'r str, VariableView<'r>>,
    variable_conflicts: BTreeMap<&'r str, Vec<VariableView<'r>>>,
    typedefs: BTreeMap<&'r str, TypedefView<'r>>,
    unseen: &'r [String],
    unseen_variables: &'r [String],
    assembly: &'r [String],
}

/// The files that the document mentions, numbered in the order of their paths.
fn number_files(surface: &Surface<'_>) -> BTreeMap<FileId, usize> {
    let Some(files) = surface.scope.files() else {
        return BTreeMap::new();
    };
    let nodes = surface.catalog.all().filter_map(|(_, node)| node.file);
    let functions = surface.functions.values().flatten().filter_map(|f| f.file);
    let variables = surface.variables.values().flatten().filter_map(|v| v.file);
    let typedefs = surface.typedefs.values().filter_map(|t| t.file);
    let used = nodes.chain(functions).chain(variables).chain(typedefs);
    let mut used: Vec<FileId> = used.collect();
    used.sort_unstable_by(|a, b| files.get(*a).path.cmp(&files.get(*b).path));
    used.dedup();
    used.into_iter()
        .enumerate()
        .map(|(number, id)| (id, number))
        .collect()
}

#[derive(Clone, Copy)]
struct Book<'r> {
    surface: &'r Surface<'r>,
    layout: &'r Layout<'r, 'r>,
    numbers: &'r BTreeMap<FileId, usize>,
}

impl<'r> Book<'r> {
    fn file(&self, file: Option<FileId>) -> Option<usize> {
        self.numbers.get(&file?).copied()
    }

    fn kind(&self, file: Option<FileId>) -> Option<FileKind> {
        let files: &Files = self.surface.scope.files()?;
        Some(files.get(file?).kind)
    }

    fn types(self) -> BTreeMap<&'r str, NodeView<'r>> {
        let catalog = &self.surface.catalog;
        let all = catalog.all().zip(catalog.classes());
        all.map(|((key, node), (class, _))| {
            let view = NodeView {
                book: self,
                node,
                align: self.layout.align(class),
            };
            (key, view)
        })
        .collect()
    }

    fn each<T, V>(
        self,
        all: &'r BTreeMap<String, T>,
        view: impl Fn(Book<'r>, &'r T) -> V,
    ) -> BTreeMap<&'r str, V> {
        all.iter()
            .map(|(name, item)| (name.as_str(), view(self, item)))
            .collect()
    }

    fn conflicts<T, V>(
        self,
        all: &'r BTreeMap<String, Vec<T>>,
        view: impl Fn(Book<'r>, &'r T) -> V,
    ) -> BTreeMap<&'r str, Vec<V>> {
        all.iter()
            .filter(|(_, items)| items.len() > 1)
            .map(|(name, items)| {
                let views = items.iter().map(|item| view(self, item)).collect();
                (name.as_str(), views)
            })
            .collect()
    }

    fn variable(self, variable: &'r Variable<'r>) -> VariableView<'r> {
        VariableView {
            typed: TypeView {
                catalog: &self.surface.catalog,
                typed: &variable.typed,
            },
            is_const: variable.is_const,
            tls: variable.tls,
            declaration: !variable.is_definition,
            file: self.file(variable.file),
            line: variable.line,
        }
    }

    fn typedef(self, typedef: &'r Typedef<'r>) -> TypedefView<'r> {
        TypedefView {
            typed: TypeView {
                catalog: &self.surface.catalog,
                typed: &typedef.typed,
            },
            system: matches!(
                self.kind(typedef.file),
                Some(FileKind::System | FileKind::Compiler)
            ),
            file: self.file(typedef.file),
            line: typedef.line,
        }
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize)]
struct VariableView<'r> {
    #[serde(rename = "type")]
    typed: TypeView<'r>,
    #[serde(rename = "const")]
    is_const: bool,
    tls: bool,
    #[serde(skip_serializing_if = "is_false")]
    declaration: bool,
    file: Option<usize>,
    line: Option<u64>,
}

#[derive(Serialize)]
struct TypedefView<'r> {
    #[serde(rename = "type")]
    typed: TypeView<'r>,
    #[serde(skip_serializing_if = "is_false")]
    system: bool,
    file: Option<usize>,
    line: Option<u64>,
}

struct FunctionView<'r> {
    book: Book<'r>,
    function: &'r Function<'r>,
}

impl Serialize for FunctionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let function = self.function;
        let mut map = serializer.serialize_map(None)?;
        SignatureView::new(&self.book.surface.catalog, &function.signature)
            .entries(&mut map, true)?;
        map.serialize_entry("prototyped", &function.prototyped)?;
        map.serialize_entry("noreturn", &function.noreturn)?;
        map.serialize_entry("convention", &function.signature.convention)?;
        map.serialize_entry("inline", &function.inline)?;
        if !function.is_definition {
            map.serialize_entry("declaration", &true)?;
        }
        map.serialize_entry("file", &self.book.file(function.file))?;
        map.serialize_entry("line", &function.line)?;
        map.end()
    }
}

struct NodeView<'r> {
    book: Book<'r>,
    node: &'r Node<'r>,
    align: Option<u64>,
}

impl Serialize for NodeView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let node = self.node;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", node.kind.name())?;
        map.serialize_entry("name", &node.name)?;
        map.serialize_entry("size", &node.shown_size())?;
        map.serialize_entry("align", &self.align)?;
        map.serialize_entry("declaration", &node.declaration)?;
        if node.home == Home::Private && node.declaration {
            map.serialize_entry("private", &true)?;
        }
        if node.home == Home::System {
            map.serialize_entry("system", &true)?;
        }
        map.serialize_entry("file", &self.book.file(node.file))?;
        map.serialize_entry("line", &node.line)?;
        if node.kind == Kind::Enum {
            map.serialize_entry("signed", &node.signed)?;
            map.serialize_entry("constants", &node.constants)?;
        } else {
            if node.is_passed_by_reference {
                map.serialize_entry("by_reference", &true)?;
            }
            map.serialize_entry("fields", &FieldsView(self))?;
        }
        map.end()
    }
}

struct FieldsView<'r, 'v>(&'v NodeView<'r>);

impl Serialize for FieldsView<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
        let NodeView { book, node, .. } = self.0;
        let mut list = serializer.serialize_seq(Some(node.fields.len()))?;
        for field in &node.fields {
            list.serialize_element(&FieldView {
                name: &field.name,
                offset: storage_offset(field, book.surface),
                bit_size: field.bit_size,
                bit_offset: field.first_bit,
                is_const: field.is_const,
                typed: TypeView {
                    catalog: &book.surface.catalog,
                    typed: &field.typed,
                },
            })?;
        }
        list.end()
    }
}

/// Where the storage unit of a bit-field starts, as its declared type would be placed.
fn storage_offset(field: &Field<'_>, surface: &Surface<'_>) -> u64 {
    let Some(first) = field.first_bit else {
        return field.offset;
    };
    let size = match &field.typed.shape {
        Shape::Bool { size } | Shape::Char { size } | Shape::Int { size, .. } => *size,
        Shape::Node(index) => surface.catalog.shown(*index).1.size.unwrap_or(1),
        _ => 1,
    };
    let byte = first / 8;
    byte - byte % size.max(1)
}

#[derive(Serialize)]
struct FieldView<'r> {
    name: &'r Option<Text<'r>>,
    offset: u64,
    bit_size: Option<u64>,
    bit_offset: Option<u64>,
    #[serde(rename = "const", skip_serializing_if = "std::ops::Not::not")]
    is_const: bool,
    #[serde(rename = "type")]
    typed: TypeView<'r>,
}
