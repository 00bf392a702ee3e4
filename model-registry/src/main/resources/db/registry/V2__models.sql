CREATE TABLE model (
    name           VARCHAR(64)              PRIMARY KEY,
    created_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    latest_version INTEGER                  NOT NULL
);

-- Rows are written once and never updated.
CREATE TABLE model_version (
    model        VARCHAR(64)              NOT NULL REFERENCES model (name),
    version      INTEGER                  NOT NULL,
    created_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    schema_json  TEXT                     NOT NULL,
    modalities   TEXT                     NOT NULL,
    artifacts    TEXT                     NOT NULL,
    provenance   TEXT                     NOT NULL,
    evaluation   TEXT                     NOT NULL,
    content_hash VARCHAR(64)              NOT NULL,
    PRIMARY KEY (model, version),
    UNIQUE (model, content_hash)
);

-- Keeps an artifact from going while a version names it.
CREATE TABLE version_artifact (
    model   VARCHAR(64) NOT NULL,
    version INTEGER     NOT NULL,
    variant VARCHAR(64) NOT NULL,
    sha256  VARCHAR(64) NOT NULL REFERENCES artifact (sha256),
    PRIMARY KEY (model, version, variant),
    FOREIGN KEY (model, version) REFERENCES model_version (model, version)
);

CREATE INDEX version_artifact_sha256 ON version_artifact (sha256);

CREATE TABLE alias (
    model    VARCHAR(64)              NOT NULL,
    name     VARCHAR(64)              NOT NULL,
    version  INTEGER                  NOT NULL,
    moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (model, name),
    FOREIGN KEY (model, version) REFERENCES model_version (model, version)
);
