// Ends this process when its engine has gone: a thread, since the main one may be too busy to look.
const { connect } = require("node:net");

const PERIOD_MILLISECONDS = 2000;
const [host, port] = process.env.PULUMI_NODEJS_ENGINE.split(":");

setInterval(() => {
  const socket = connect({ host, port: Number(port) });
  socket.on("connect", () => socket.destroy());
  socket.on("error", ({ code }) => {
    if (code === "ECONNREFUSED") {
      process.kill(process.pid, "SIGKILL");
    }
  });
}, PERIOD_MILLISECONDS);
