// Holds the API's document to OpenAPI 3.1, and answers of the node to the document.
//
//   node openapi.mjs FILE    a JSON file: {document, exchanges: [{method, path, status, type, body}]}
//
// A path is written as in the document. Prints what is wrong, a line each; exits with 1 if anything.

import { readFile } from "node:fs/promises";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const { document, exchanges } = JSON.parse(await readFile(process.argv[2], "utf8"));
const complaints = [];

const validator = new Validator();
const checked = await validator.validate(structuredClone(document));
if (!checked.valid) {
  complaints.push(...[checked.errors].flat().map((error) => `document: ${text(error)}`));
} else if (validator.version !== "3.1") {
  complaints.push(`document: is of OpenAPI ${validator.version}`);
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(closed(document), "api");
for (const exchange of exchanges) {
  const where = `${exchange.method} ${exchange.path} ${exchange.status}`;
  try {
    check(exchange, where);
  } catch (failure) {
    complaints.push(`${where}: ${failure.message}`);
  }
}

function check({ method, path, status, type, body }, where) {
  const responses = document.paths[path]?.[method.toLowerCase()]?.responses;
  if (!responses) {
    throw new Error("is not in the document");
  }
  const named = responses[status] ? status : "default";
  let pointer = `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${named}`;
  let response = responses[named];
  if (response.$ref) {
    pointer = response.$ref.substring(1);
    response = pointer.split("/").slice(1).reduce((at, name) => at[name], document);
  }
  const media = type.split(";")[0];
  if (!response.content?.[media]) {
    throw new Error(`answers with ${media}, not in the document`);
  }
  if (!media.endsWith("json")) {
    return;
  }
  const validate = ajv.compile({ $ref: `api#${pointer}/content/${escaped(media)}/schema` });
  if (!validate(JSON.parse(body))) {
    complaints.push(...validate.errors.map((error) => `${where}: ${text(error)}`));
  }
}

// Members that the document does not name are complaints too, except in problems, which may have more.
function closed(schema, name = "") {
  if (Array.isArray(schema)) {
    return schema.map((item) => closed(item));
  }
  if (schema === null || typeof schema !== "object") {
    return schema;
  }
  const copy = {};
  for (const [key, value] of Object.entries(schema)) {
    copy[key] = key === "allOf" ? value : closed(value, key);
  }
  if (schema.type === "object" && schema.properties && name !== "Problem") {
    copy.additionalProperties ??= false;
  }
  return copy;
}

function escaped(name) {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function text(error) {
  return typeof error === "string"
    ? error
    : `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`;
}

complaints.forEach((complaint) => console.log(complaint));
process.exitCode = complaints.length === 0 ? 0 : 1;
