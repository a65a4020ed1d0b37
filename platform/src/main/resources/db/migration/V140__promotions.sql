-- One of a reserve list takes a place: a decision of its own, numbered together with the others. Of it, too, nothing is ever changed.
create table review.promotion (
    number     bigint primary key,
    panel      uuid not null references review.panel (id),
    paper      uuid not null unique references review.paper (id),
    -- The decision whose reserve list it is, who waited there, and the budget.
    ground     text not null,
    outcome    text not null,
    reason     text not null,
    decided_by uuid not null references identity.person (id),
    decided_at timestamptz not null
);

create index promotion_by_panel on review.promotion (panel);

create trigger immutable before update or delete or truncate on review.promotion
    for each statement execute function review.refuse_change();
