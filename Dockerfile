# machinetrail as an image: glibc (the embedded engine is built for it), no root, and a root file system that may be read-only. What is kept between
# runs is under /data, which is to be a volume; /tmp is to be in memory. Checked by its words (test/deploy.test.ts), not built: no Docker runs there.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production XDG_DATA_HOME=/data
WORKDIR /app
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/package.json /build/LICENSE ./
RUN mkdir /data && chown 1000:1000 /data
VOLUME ["/data"]
# The image's user `node`, by number, so that an orchestrator sees that it is not root.
USER 1000:1000
EXPOSE 8787
# It drains within 25 s; whoever stops it has to wait longer than that.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["serve", "--config", "/etc/machinetrail/config.yaml"]
