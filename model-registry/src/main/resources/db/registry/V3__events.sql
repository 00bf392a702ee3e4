CREATE TABLE outbox (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id       VARCHAR(64) NOT NULL,
    event    BYTEA       NOT NULL
);

-- Its one row is locked by the registry that publishes.
CREATE TABLE relay (
    id INTEGER PRIMARY KEY
);

INSERT INTO relay (id) VALUES (1);
