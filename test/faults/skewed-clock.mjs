/** `node --import`: this process's calendar runs SKEW_MS ahead, as on a machine whose clock is wrong. Monotonic time is left alone, as it would be. */
const skewMs = Number(process.env.SKEW_MS);
const RealDate = Date;

globalThis.Date = class SkewedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + skewMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + skewMs;
  }
};

Object.defineProperty(globalThis.Date, 'name', { value: 'Date' }); // mongoose tells types by their names
