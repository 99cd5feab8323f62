# Its steps also run without an engine: "npm run image".
#
# Tag and digest stand for the same image; the digest is that of the index for all platforms, and
# the one that counts. Dependabot moves both every week (.github/dependabot.yml); by hand:
#   docker buildx imagetools inspect node:24-slim
FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS node
WORKDIR /app

FROM node AS build
COPY package.json package-lock.json ./
# No package needs its install script, so none runs.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build

FROM node AS modules
COPY package.json package-lock.json ./
# Types and maps are for compilers and debuggers, and a third of it all.
RUN npm ci --omit=dev --ignore-scripts \
  && find node_modules -type f \( -name "*.d.[cm]ts" -o -name "*.d.ts" -o -name "*.map" \) -delete

FROM node
ENV NODE_ENV=production
COPY package.json ./
COPY scripts/run.js scripts/
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
ARG GIT_COMMIT
ENV GIT_COMMIT=$GIT_COMMIT
# The user node, by its number, since Kubernetes cannot tell of a name that it is not root. All files
# are root's, so the service can change none of them; it writes nowhere.
USER 1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# An orderly end takes up to 28 seconds: whoever stops the container waits 30 (docs/operations.md).
STOPSIGNAL SIGTERM
# Not through npm, which would stand between the service and SIGTERM.
CMD ["node", "dist/server.js"]
