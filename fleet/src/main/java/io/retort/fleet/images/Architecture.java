package io.retort.fleet.images;

/// What images are built for, by the names that Docker gives them.
enum Architecture {
    AMD64("amd64"),
    ARM64("arm64");

    private final String docker;

    Architecture(String docker) {
        this.docker = docker;
    }

    String docker() {
        return docker;
    }

    static Architecture of(String name) {
        for (Architecture architecture : values()) {
            if (architecture.docker.equals(name)) {
                return architecture;
            }
        }
        throw new IllegalArgumentException(
                "there is no architecture '" + name + "': amd64 and arm64 are known");
    }
}
