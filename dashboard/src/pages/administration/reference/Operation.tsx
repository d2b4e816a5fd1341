/** One route: its parameters, its answers, and a form to try it. A folded route is not rendered. */
import { useState } from 'react';
import { shapeOf, type Document, type Listed } from './openapi';
import { Try } from './Try';
import classes from '../Administration.module.css';

export function Operation({ operation, document }: { operation: Listed; document: Document }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      id={operation.anchor}
      className={classes.operation}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <code className={classes.method}>{operation.method.toUpperCase()}</code>
        <code className={classes.path}>{operation.path}</code>
        <span>{operation.summary}</span>
      </summary>
      {isOpen && <Body operation={operation} document={document} />}
    </details>
  );
}

function Body({
  operation: { method, path, parameters = [], requestBody, responses },
  document,
}: {
  operation: Listed;
  document: Document;
}) {
  const asked = requestBody && Object.entries(requestBody.content);
  const answers = Object.entries(responses).filter(([status]) => status !== 'default');
  return (
    <div className={classes.detail}>
      {parameters.length > 0 && (
        <>
          <h3>Parameters</h3>
          <table className={classes.changes}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">In</th>
                <th scope="col">Type</th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((parameter) => (
                <tr key={`${parameter.in} ${parameter.name}`}>
                  <th scope="row" className="mono">
                    {parameter.name}
                    {parameter.required ? '' : '?'}
                  </th>
                  <td>{parameter.in}</td>
                  <td>
                    <code>{shapeOf(parameter.schema, document)}</code>
                    {parameter.schema.default !== undefined &&
                      ` default ${JSON.stringify(parameter.schema.default)}`}{' '}
                    {parameter.description}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {asked?.map(([type, { schema }]) => (
        <Shape key={type} title="Body" type={type} text={shapeOf(schema, document)} />
      ))}
      {answers.map(([status, { description, content = {} }]) =>
        Object.keys(content).length === 0 ? (
          <h3 key={status}>{`Answers ${status}: ${description ?? 'nothing more'}`}</h3>
        ) : (
          Object.entries(content).map(([type, { schema }]) => (
            <Shape
              key={`${status} ${type}`}
              title={`Answers ${status}`}
              type={type}
              text={type.includes('json') ? shapeOf(schema, document) : 'as it is'}
            />
          ))
        ),
      )}
      {method === 'get' && !answers.some(([, { content = {} }]) => 'text/event-stream' in content) && (
        <Try path={path} parameters={parameters} />
      )}
    </div>
  );
}

const Shape = ({ title, type, text }: { title: string; type: string; text: string }) => (
  <>
    <h3>
      {title} <span className="faint mono">{type}</span>
    </h3>
    <pre className={classes.code} tabIndex={0}>
      {text}
    </pre>
  </>
);
