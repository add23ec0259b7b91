/** A small shop for the tests of this folder: what it promises, where its data lies, and two customers. */

export const POLICY = `---
service: shop
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Shop Ltd, country: DE, contact: { rights: privacy@shop.example } }
jurisdictions: [EU]
classes:
  account: [user]
---
# Privacy

You can have your data corrected.

\`\`\`commit
- id: rights
  right: [access, rectify]
  ways: [email]
  within: P14D
\`\`\`
`;

export const MAP = `store: app
connector: postgres
collections:
  customers:
    class: account
    person: { customer_id: id, email: email }
    fields:
      id: user.unique_id
      email: user.contact.email
      name: user.name
      phone: user.contact.phone_number
      segment: { category: user.behavior, origin: derived }
  orders:
    class: account
    product: shop
    links:
      - { role: owner, from: [buyer], to: { collection: customers, fields: [email] } }
      - { role: co_owner, from: [gift_for], to: { collection: customers, fields: [id] } }
    fields:
      id: system
      buyer: user.contact.email
      gift_for: user.unique_id
      ship_to: user.name
      note: user.content
      made_at: system
    anchors: { creation: made_at }
  reviews:
    class: account
    product: forum
    links: [{ role: about, from: [customer], to: { collection: customers, fields: [id] } }]
    fields: { id: system, customer: user.unique_id, named: user.name, body: user.content }
  parcels:
    class: account
    owner: customer -> customers.id
    fields: { id: system, customer: user.unique_id }
  scans:
    class: account
    owner: parcel -> parcels.id
    fields: { id: system, parcel: system, place: user.location }
`;

export const RESET = `
  drop table if exists scans, parcels, reviews, orders, customers;
  create table customers (id int primary key, email text unique, name varchar(20), phone text, segment text);
  create table orders (id int primary key, buyer text, gift_for int, ship_to text, note text, made_at date);
  create table reviews (id int primary key, customer int references customers, named text, body text);
  create table parcels (id int primary key, customer int);
  create table scans (id int primary key, parcel int references parcels, place text);
  insert into customers values (1, 'ada@example.org', 'Ada Lovlace', null, 'whale'), (2, 'bob@example.org', 'Bob', '+1 555', 'minnow');
  insert into orders values
    (1, 'ada@example.org', null, 'Ada Lovlace', 'ring twice', '2025-01-05'), (2, 'ada@example.org', null, 'Charles', null, '2026-01-05'),
    (3, 'ada@example.org', 2, 'Ada Lovlace', 'for Bob', '2026-01-06'), (4, 'bob@example.org', 1, 'Ada Lovlace', 'from Bob', '2026-01-07'),
    (5, 'bob@example.org', null, 'Ada Lovlace', null, '2026-01-08');
  insert into reviews values (1, 1, 'Ada Lovlace', 'slow to pay');
`;
