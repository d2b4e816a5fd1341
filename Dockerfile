FROM node:24.11.1-slim AS build
WORKDIR /radiant
COPY package.json package-lock.json ./
RUN npm install --no-save --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY standin ./standin
COPY dashboard ./dashboard
COPY scripts ./scripts
RUN npm run build

FROM node:24.11.1-slim
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps RADIANT_DATA_DIR=/data
WORKDIR /radiant
COPY package.json package-lock.json ./
# PostgreSQL's own programs are optional dependencies: a container is given its servers.
RUN npm install --no-save --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY migrations ./migrations
COPY seeds ./seeds
COPY --from=build /radiant/dist ./dist
# A new volume takes over the owner of what it covers.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# The api's; a container without that service turns it off.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["start"]
