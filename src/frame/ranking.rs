//! Putting things in order by a number, with one sort for all kinds of things.
//!
//! The standard library's sorts are compiled anew for every type that they sort, some kilobytes each, and the reader
//! sorts some thirty types.

/// Brings the items with the highest keys to the front; equals keep their order.
pub(crate) fn highest_first<T>(items: &mut [T], key: impl Fn(&T) -> f32) {
    arrange(items, ranks(items.iter().map(|item| -key(item)).collect()));
}

/// Brings the items with the lowest keys to the front; equals keep their order.
pub(crate) fn lowest_first<T>(items: &mut [T], key: impl Fn(&T) -> f32) {
    arrange(items, ranks(items.iter().map(key).collect()));
}

/// The place of each key in ascending order.
fn ranks(keys: Vec<f32>) -> Vec<usize> {
    let mut order: Vec<(f32, usize)> = keys.into_iter().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut ranks = vec![0; order.len()];
    for (rank, (_, item)) in order.into_iter().enumerate() {
        ranks[item] = rank;
    }
    ranks
}

/// Moves each item to its place.
fn arrange<T>(items: &mut [T], mut ranks: Vec<usize>) {
    for place in 0..items.len() {
        // Each swap brings one item to where it belongs.
        while ranks[place] != place {
            let to = ranks[place];
            items.swap(place, to);
            ranks.swap(place, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_standard_librarys_stable_sort(keys in prop::collection::vec(-3i8..4, 0..60)) {
            let items: Vec<(i8, usize)> = keys.into_iter().zip(0..).collect();
            let (mut low, mut high) = (items.clone(), items.clone());
            lowest_first(&mut low, |item| f32::from(item.0));
            highest_first(&mut high, |item| f32::from(item.0));
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(low, expected);
            let mut expected = items;
            expected.sort_by_key(|item| std::cmp::Reverse(item.0));
            prop_assert_eq!(high, expected);
        }
    }
}
