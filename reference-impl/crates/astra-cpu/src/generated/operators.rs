//! Every operator of the contract and the file that implements it.
//! GENERATED from spec/ by `astra-abi generate`. Do not edit.

use astra_core::contract::{ATTRIBUTE_U64, Dtype};
use astra_core::operator::{Attribute, Combination, Operator};

#[path = "../ops/add_1.rs"]
pub mod add_1;
#[path = "../ops/exp_1.rs"]
pub mod exp_1;
#[path = "../ops/matmul_1.rs"]
pub mod matmul_1;
#[path = "../ops/mul_1.rs"]
pub mod mul_1;
#[path = "../ops/sum_1.rs"]
pub mod sum_1;

const _: () = assert!(2 <= astra_core::operator::MAX_INPUTS);
const _: () = assert!(1 <= astra_core::operator::MAX_OUTPUTS);
const _: () = assert!(2 <= astra_core::operator::MAX_ATTRIBUTES);

#[rustfmt::skip]
pub static OPERATORS: [Operator; 5] = [
    Operator {
        id: "add@1",
        name: "add",
        version: 1,
        inputs: 2,
        outputs: 1,
        combinations: &[
            Combination { inputs: &[Dtype::F32, Dtype::F32], outputs: &[Dtype::F32] },
            Combination { inputs: &[Dtype::F16, Dtype::F16], outputs: &[Dtype::F16] },
            Combination { inputs: &[Dtype::Bf16, Dtype::Bf16], outputs: &[Dtype::Bf16] },
            Combination { inputs: &[Dtype::F64, Dtype::F64], outputs: &[Dtype::F64] },
            Combination { inputs: &[Dtype::I8, Dtype::I8], outputs: &[Dtype::I8] },
            Combination { inputs: &[Dtype::I16, Dtype::I16], outputs: &[Dtype::I16] },
            Combination { inputs: &[Dtype::I32, Dtype::I32], outputs: &[Dtype::I32] },
            Combination { inputs: &[Dtype::I64, Dtype::I64], outputs: &[Dtype::I64] },
            Combination { inputs: &[Dtype::U8, Dtype::U8], outputs: &[Dtype::U8] },
            Combination { inputs: &[Dtype::U16, Dtype::U16], outputs: &[Dtype::U16] },
            Combination { inputs: &[Dtype::U32, Dtype::U32], outputs: &[Dtype::U32] },
            Combination { inputs: &[Dtype::U64, Dtype::U64], outputs: &[Dtype::U64] },
        ],
        attributes: &[],
        implementation: add_1::implementation,
        shapes: add_1::shapes,
        run: add_1::run,
    },
    Operator {
        id: "exp@1",
        name: "exp",
        version: 1,
        inputs: 1,
        outputs: 1,
        combinations: &[
            Combination { inputs: &[Dtype::F32], outputs: &[Dtype::F32] },
        ],
        attributes: &[],
        implementation: exp_1::implementation,
        shapes: exp_1::shapes,
        run: exp_1::run,
    },
    Operator {
        id: "matmul@1",
        name: "matmul",
        version: 1,
        inputs: 2,
        outputs: 1,
        combinations: &[
            Combination { inputs: &[Dtype::F32, Dtype::F32], outputs: &[Dtype::F32] },
        ],
        attributes: &[],
        implementation: matmul_1::implementation,
        shapes: matmul_1::shapes,
        run: matmul_1::run,
    },
    Operator {
        id: "mul@1",
        name: "mul",
        version: 1,
        inputs: 2,
        outputs: 1,
        combinations: &[
            Combination { inputs: &[Dtype::F32, Dtype::F32], outputs: &[Dtype::F32] },
            Combination { inputs: &[Dtype::F16, Dtype::F16], outputs: &[Dtype::F16] },
            Combination { inputs: &[Dtype::Bf16, Dtype::Bf16], outputs: &[Dtype::Bf16] },
            Combination { inputs: &[Dtype::F64, Dtype::F64], outputs: &[Dtype::F64] },
            Combination { inputs: &[Dtype::I8, Dtype::I8], outputs: &[Dtype::I8] },
            Combination { inputs: &[Dtype::I16, Dtype::I16], outputs: &[Dtype::I16] },
            Combination { inputs: &[Dtype::I32, Dtype::I32], outputs: &[Dtype::I32] },
            Combination { inputs: &[Dtype::I64, Dtype::I64], outputs: &[Dtype::I64] },
            Combination { inputs: &[Dtype::U8, Dtype::U8], outputs: &[Dtype::U8] },
            Combination { inputs: &[Dtype::U16, Dtype::U16], outputs: &[Dtype::U16] },
            Combination { inputs: &[Dtype::U32, Dtype::U32], outputs: &[Dtype::U32] },
            Combination { inputs: &[Dtype::U64, Dtype::U64], outputs: &[Dtype::U64] },
        ],
        attributes: &[],
        implementation: mul_1::implementation,
        shapes: mul_1::shapes,
        run: mul_1::run,
    },
    Operator {
        id: "sum@1",
        name: "sum",
        version: 1,
        inputs: 1,
        outputs: 1,
        combinations: &[
            Combination { inputs: &[Dtype::F32], outputs: &[Dtype::F32] },
        ],
        attributes: &[
            Attribute { name: "axes", id: 1, kind: ATTRIBUTE_U64, required: true },
            Attribute { name: "keep_axes", id: 2, kind: ATTRIBUTE_U64, required: false },
        ],
        implementation: sum_1::implementation,
        shapes: sum_1::shapes,
        run: sum_1::run,
    },
];
