#![no_main]

use std::alloc::System;

use cap::Cap;
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, 256 << 20);

fuzz_target!(|input: &[u8]| fuzz_targets::own_data(input));
