CREATE TABLE artifact (
    sha256      VARCHAR(64)              PRIMARY KEY,
    bytes       BIGINT                   NOT NULL,
    created_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    verified_at TIMESTAMP WITH TIME ZONE NOT NULL,
    damaged_at  TIMESTAMP WITH TIME ZONE
);
