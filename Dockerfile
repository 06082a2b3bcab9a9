FROM node:20-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY tsconfig.json ./
COPY flows ./flows
COPY locales ./locales
COPY policies ./policies
COPY strategies ./strategies
COPY samples ./samples
COPY src ./src
USER node
EXPOSE 3000
# A process without the role http is asked on METRICS_PORT: set it there.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD node -e "fetch('http://127.0.0.1:'+(process.env.METRICS_PORT||process.env.PORT)+'/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
# node itself, not npm, so that it hears SIGTERM
CMD ["node", "src/cli/acuerdo.js", "start"]
