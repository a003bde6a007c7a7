//! The split that was published for the Bloom data: `train_test_split(test_size=0.2, random_state=666)`.
//!
//! It shuffles with `NumPy`'s legacy generator: a Mersenne Twister seeded by one number, and indices drawn by masking and rejection.

const SIZE: usize = 624;
const SHIFT: usize = 397;

struct Twister {
    state: [u32; SIZE],
    next: usize,
}

impl Twister {
    fn new(seed: u32) -> Self {
        let mut state = [0_u32; SIZE];
        state[0] = seed;
        for place in 1..SIZE {
            let before = state[place - 1];
            state[place] = 1_812_433_253_u32
                .wrapping_mul(before ^ (before >> 30))
                .wrapping_add(place as u32);
        }
        Self { state, next: SIZE }
    }

    fn draw(&mut self) -> u32 {
        if self.next == SIZE {
            for place in 0..SIZE {
                let joined = (self.state[place] & 0x8000_0000)
                    | (self.state[(place + 1) % SIZE] & 0x7fff_ffff);
                let twist = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[place] = self.state[(place + SHIFT) % SIZE] ^ (joined >> 1) ^ twist;
            }
            self.next = 0;
        }
        let mut drawn = self.state[self.next];
        self.next += 1;
        drawn ^= drawn >> 11;
        drawn ^= (drawn << 7) & 0x9d2c_5680;
        drawn ^= (drawn << 15) & 0xefc6_0000;
        drawn ^ (drawn >> 18)
    }

    fn up_to(&mut self, most: u32) -> u32 {
        let mask = u32::MAX >> most.leading_zeros();
        loop {
            let drawn = self.draw() & mask;
            if drawn <= most {
                return drawn;
            }
        }
    }
}

/// `NumPy`'s `RandomState(seed).permutation(count)`.
pub(crate) fn permutation(seed: u32, count: usize) -> Vec<usize> {
    let mut twister = Twister::new(seed);
    let mut order: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        order.swap(place, twister.up_to(place as u32) as usize);
    }
    order
}

/// Places of the test part; all others are the training part.
pub(crate) fn test_part(count: usize) -> Vec<usize> {
    let mut order = permutation(666, count);
    order.truncate(count.div_ceil(5));
    order
}

/// Whether the generator is the published one: the first known permutation of `NumPy`'s documentation.
pub(crate) fn is_faithful() -> bool {
    permutation(42, 10) == [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]
}
