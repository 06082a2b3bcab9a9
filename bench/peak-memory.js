/** Preloaded into a command: says at its end how much memory it had at most, as the kernel counts it. */
process.on('exit', () => process.stderr.write(`peak memory ${process.resourceUsage().maxRSS} kB\n`));
