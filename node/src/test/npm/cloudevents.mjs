// The official SDK for JavaScript as a client of the node.
//
//   node cloudevents.mjs URL    of a context's CloudEvents, of the bank of the tests
//
// Prints the answers as a JSON object by what was sent.

import { CloudEvent, HTTP, Mode, emitterFor } from "cloudevents";

const url = process.argv[2];
const answers = {};

async function post({ headers, body }) {
  const response = await fetch(url, { method: "POST", headers, body });
  return {
    status: response.status,
    position: response.headers.get("Millrace-Position"),
    body: await response.json(),
  };
}

function event(id, type, data) {
  return new CloudEvent({
    id,
    source: "/tills/1",
    type,
    subject: "Überweisung, 50% + mehr",
    note: "für alle",
    data,
  });
}

const binary = emitterFor(post, { mode: Mode.BINARY });
const structured = emitterFor(post, { mode: Mode.STRUCTURED });
const first = event("1", "deposit", { account: "a-1", cents: 300 });

answers.binary = await binary(first);
answers.binaryAgain = await binary(first);
answers.structuredAgain = await structured(first);
answers.structured = await structured(event("2", "deposit", { account: "a-1", cents: 200 }));
answers.bytes = await structured(
  event("3", "deposit", new TextEncoder().encode('{"account":"a-1","cents":100}')),
);
answers.rejected = await binary(event("4", "withdraw", { account: "a-1", cents: 1000 }));
answers.unknown = await structured(event("5", "nothing", {}));

// The SDK reads batches, and writes none: this one is made of what it writes, and read back by it.
const message = {
  headers: { "content-type": "application/cloudevents-batch+json; charset=utf-8" },
  body: `[${[
    event("6", "deposit", { account: "a-2", cents: 1 }),
    event("7", "withdraw", { account: "a-3", cents: 1 }),
  ]
    .map((one) => HTTP.structured(one).body)
    .join(",")}]`,
};
if (HTTP.toEvent(message).length !== 2) {
  throw new Error("the SDK does not take it for a batch");
}
answers.batch = await post(message);

console.log(JSON.stringify(answers));
