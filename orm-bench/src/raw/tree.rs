//! Nested structs, put together by hand.

use std::collections::HashMap;

use super::rows::{Folder, Order, OrderItem, Product, User};

#[derive(Debug)]
#[allow(dead_code, reason = "loaded because a program would read it")]
pub(crate) struct UserTree {
    pub(crate) user: User,
    pub(crate) orders: Vec<OrderTree>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "loaded because a program would read it")]
pub(crate) struct OrderTree {
    pub(crate) order: Order,
    pub(crate) items: Vec<ItemTree>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "loaded because a program would read it")]
pub(crate) struct ItemTree {
    pub(crate) item: OrderItem,
    pub(crate) product: Product,
}

/// Gives every order its items, every item its product, every user the orders.
pub(crate) fn assemble(
    users: Vec<User>,
    orders: Vec<Order>,
    items: Vec<OrderItem>,
    products: Vec<Product>,
) -> Option<Vec<UserTree>> {
    let products: HashMap<i32, Product> = products.into_iter().map(|p| (p.id, p)).collect();
    let place_of_order = places(orders.iter().map(|order| order.id));
    let mut orders: Vec<OrderTree> = orders
        .into_iter()
        .map(|order| OrderTree {
            order,
            items: Vec::new(),
        })
        .collect();
    for item in items {
        let place = *place_of_order.get(&item.order_id)?;
        let product = products.get(&item.product_id)?.clone();
        orders[place].items.push(ItemTree { item, product });
    }
    let place_of_user = places(users.iter().map(|user| user.id));
    let mut users: Vec<UserTree> = users
        .into_iter()
        .map(|user| UserTree {
            user,
            orders: Vec::new(),
        })
        .collect();
    for order in orders {
        let place = *place_of_user.get(&order.order.user_id)?;
        users[place].orders.push(order);
    }
    Some(users)
}

#[derive(Debug)]
#[allow(dead_code, reason = "loaded because a program would read it")]
pub(crate) struct FolderTree {
    pub(crate) folder: Folder,
    pub(crate) folders: Vec<FolderTree>,
}

/// Puts folders into the ones they are in, which come before them.
pub(crate) fn nested(rows: Vec<Folder>) -> Option<Vec<FolderTree>> {
    let places = places(rows.iter().map(|folder| folder.id));
    let mut below: Vec<Vec<FolderTree>> = rows.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    for folder in rows.into_iter().rev() {
        let mut folders = below.pop()?;
        folders.reverse();
        let around = folder.parent_id;
        let tree = FolderTree { folder, folders };
        match around {
            None => roots.push(tree),
            Some(id) => below[*places.get(&id)?].push(tree),
        }
    }
    roots.reverse();
    Some(roots)
}

/// Where each key stands.
pub(crate) fn places(keys: impl ExactSizeIterator<Item = i32>) -> HashMap<i32, usize> {
    keys.enumerate().map(|(place, key)| (key, place)).collect()
}

/// Gives every owner the rows that hold its key.
pub(crate) fn grouped<T>(
    owners: impl ExactSizeIterator<Item = i32>,
    rows: Vec<T>,
    owner: impl Fn(&T) -> i32,
) -> Option<Vec<Vec<T>>> {
    let mut groups: Vec<Vec<T>> = (0..owners.len()).map(|_| Vec::new()).collect();
    let place_of_owner = places(owners);
    for row in rows {
        groups[*place_of_owner.get(&owner(&row))?].push(row);
    }
    Some(groups)
}
