/** One style for all pages that a debtor sees: large, calm, readable on a small phone in the sun. */
export const PAY_STYLE = `
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:#f3f5f4;color:#1c2b27;font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:26rem;margin:0 auto;padding:1.25rem 1rem 2.5rem}
.brand{display:flex;align-items:center;gap:.5rem;margin:.5rem .25rem 1.25rem;color:#0f5f4c;font-weight:600;font-size:.95rem}
.brand svg{flex:none}
.card{background:#fff;border-radius:18px;padding:1.6rem 1.35rem;box-shadow:0 1px 2px rgba(16,40,34,.08),0 8px 24px rgba(16,40,34,.06)}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .4rem;letter-spacing:-.01em}
p{margin:.4rem 0}
.soft{color:#5b6b66;font-size:.95rem}
label{display:block;margin:1.3rem 0 .4rem;font-weight:600;font-size:.95rem}
.amount{display:flex;align-items:center;border:2px solid #cfd8d4;border-radius:14px;padding:0 1rem;background:#fff}
.amount:focus-within{border-color:#0f7a60}
.amount span{font-size:1.25rem;color:#5b6b66}
.amount input{flex:1;min-width:0;border:0;outline:0;background:none;padding:.8rem .5rem;font:inherit;font-size:1.7rem;font-weight:650;color:inherit;font-variant-numeric:tabular-nums}
.bad{border-color:#b3412e}
.error{color:#a33522;font-weight:600;font-size:.95rem}
button,.button{display:block;width:100%;margin-top:1.2rem;padding:.95rem 1rem;border:0;border-radius:14px;background:#0f7a60;color:#fff;font:inherit;font-size:1.1rem;font-weight:650;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:#0b674f}
button:focus-visible,.button:focus-visible{outline:3px solid #8ed1bd;outline-offset:2px}
.safe{display:flex;gap:.55rem;margin:1.1rem .25rem 0;color:#5b6b66;font-size:.9rem}
.safe svg{flex:none;margin-top:.2rem}
.mark{display:grid;place-items:center;width:64px;height:64px;border-radius:50%;margin:.2rem 0 1rem;background:#e3f3ee;color:#0f7a60}
.mark.wait{background:#fdf3dc;color:#8a5b00}
.mark.no{background:#f1eeec;color:#6b5b53}
.total{font-size:2.1rem;font-weight:700;letter-spacing:-.02em;margin:.2rem 0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.folio{display:flex;justify-content:space-between;margin-top:1rem;padding-top:.9rem;border-top:1px solid #e4eae7}
.folio b{letter-spacing:.06em}
`.trim();
