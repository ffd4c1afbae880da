# The bot: web, worker, migrations, commands. The understanding server has an image of its own (rasa_project/Dockerfile).
FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /amparo
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-cache --compile-bytecode

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends espeak-ng \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home amparo
WORKDIR /amparo
COPY --from=build /amparo/.venv .venv
COPY bot bot
COPY content content
COPY locales locales
COPY rasa_project/data rasa_project/data
RUN mkdir -p var && chown -R amparo var content
USER 10001
ENV PATH=/amparo/.venv/bin:$PATH PYTHONUNBUFFERED=1 \
    AMPARO_WEB_HOST=0.0.0.0 AMPARO_NLU_MANAGED=false
EXPOSE 8080
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run", "--parts", "web,worker"]
