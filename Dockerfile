# Built from the wheel: `make wheel`, then `docker build -t govkz .`
FROM python:3.13-slim
# For the pages route: --build-arg EXTRA='[pages]' --build-arg PACKAGES=chromium
ARG EXTRA=""
ARG PACKAGES=""
RUN if [ -n "$PACKAGES" ]; then apt-get update && apt-get install -y --no-install-recommends $PACKAGES \
    && rm -rf /var/lib/apt/lists/*; fi
COPY dist/*.whl /tmp/
RUN set -e; wheel=$(ls /tmp/*.whl); pip install --no-cache-dir "$wheel$EXTRA"; rm /tmp/*.whl; \
    useradd --create-home --uid 10001 govkz; mkdir /data; chown govkz /data
USER govkz
WORKDIR /data
VOLUME /data
ENV GOVKZ_DB=/data/govkz.db
# On SIGTERM a crawl ends within seconds and names the listings that were not reached.
STOPSIGNAL SIGTERM
ENTRYPOINT ["govkz"]
CMD ["--help"]
