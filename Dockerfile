FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings Node 24 itself; the pinned Node binaries for older hosts stay out.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY adapters ./adapters
COPY policies ./policies
COPY src ./src
RUN npm run -s build

FROM node:24-bookworm-slim
ENV NODE_ENV=production TZ=Europe/Berlin
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY adapters ./adapters
COPY policies ./policies
COPY src ./src
COPY --from=page /app/dist ./dist
# What a start compiles is kept, then nobody may write to it: the service only reads it.
RUN install -d -o node -g node node_modules/.cache \
  && setpriv --reuid=node --regid=node --clear-groups node src/prepared/warm.ts \
  && chown -R root:root node_modules/.cache
RUN install -d -o node -g node -m 0700 /var/lib/roomwarden
USER node
EXPOSE 8480
VOLUME /var/lib/roomwarden
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8480/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve", "--config", "/etc/roomwarden/roomwarden.yaml"]
