DROP TABLE order_items;
DROP TABLE orders;
DROP TYPE enum_orders_status;
