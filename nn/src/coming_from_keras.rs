#![doc = include_str!("coming_from_keras.md")]
