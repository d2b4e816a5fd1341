/** Written by scripts/contract.mjs from the OpenAPI document: change the routes, not this file. */
/** JSON, where the API leaves a member open. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface paths {
  "/openapi.json": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/docs": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "text/html": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/docs/{file}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "file": "swagger-ui.css" | "swagger-ui-bundle.js" | "start.js" }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "text/javascript": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "status": "alive" } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "status": "ready" | "not_ready"; "queue": "up" | "down"; "storage": "up" | "down" } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "text/plain": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/session": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Session"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "key": string } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Session"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 204: { headers: Record<string, unknown>; content: { "application/json": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/api-keys": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["ApiKey"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "name": string; "scopes"?: Array<"read" | "run" | "administer">; "mustQuote"?: boolean; "expiresAt"?: (string | null); "userId"?: string } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["NewApiKey"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/api-keys/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 204: { headers: Record<string, unknown>; content: { "application/json": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["User"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "email": string; "name"?: (string | null); "role": "platform_admin" | "operator" | "auditor" | "tenant_admin" | "tenant_user"; "tenantId"?: string } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["User"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": { "name"?: (string | null); "role"?: "platform_admin" | "operator" | "auditor" | "tenant_admin" | "tenant_user"; "enabled"?: boolean } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["User"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/tenants": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Tenant"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "name": string; "tier": number; "commercial": boolean; "weight"?: number; "webhookSecret"?: (string | null) } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Tenant"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": { "name"?: string; "tier"?: number; "commercial"?: boolean; "weight"?: number; "webhookSecret"?: (string | null); "enabled"?: boolean } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Tenant"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/workflows": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "category"?: string; "q"?: string; "modelId"?: string; "includeDisabled"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["WorkflowSummary"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": (components['schemas']["WorkflowInput"] | JsonObject) } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Workflow"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "workflowId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Workflow"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete: { parameters: { query?: never; header?: never; path: { "workflowId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Workflow"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "workflowId": string }; cookie?: never }; requestBody: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Workflow"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/workflows/{workflowId}/versions": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path: { "workflowId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["WorkflowVersion"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}/versions/{version}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "workflowId": string; "version": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Workflow"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}/example": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "workflowId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ExecutionExample"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/workflow": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Workflow"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}/history": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path: { "workflowId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["HistoryEntry"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/validate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": (components['schemas']["WorkflowInput"] | JsonObject) } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["WorkflowVerdict"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}/restore": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "workflowId": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Workflow"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "category"?: string; "status"?: string; "minTier"?: number; "providerType"?: "self_hosted" | "external"; "heat"?: "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "compliance"?: "non_compliant" | "expired" | "review_needed" | "unreviewed" | "expiring" | "compliant"; "q"?: string; "includeDisabled"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Model"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "name": string; "displayName": string; "description"?: (string | null); "category": string; "specialty"?: (string | null); "providerType"?: "self_hosted" | "external"; "deployment"?: { "driver"?: "sagemaker-async" | "sagemaker-realtime" | "sagemaker-component" | "http"; "image"?: string; "instanceType"?: string; "environment"?: Record<string, string>; "modelDataUrl"?: string; "executionRoleArn"?: string; "endpointName"?: string; "hostEndpoint"?: string; "hostMaxInstances"?: number; "compute"?: { "accelerators"?: number; "memoryMb"?: number; "cpuCores"?: number }; "url"?: string; "wakeUrl"?: string; "stopUrl"?: string; "headers"?: Record<string, string>; "maxInvocationSeconds"?: number; "maxConcurrentInvocationsPerInstance"?: number; "resourceRequirements"?: JsonObject }; "thermal"?: { "defaultState"?: "OFF" | "WARM"; "scaleToZeroAfterMinutes"?: number; "warmupTimeSeconds"?: number; "minInstances"?: number; "maxInstances"?: number }; "pricing"?: { "hourlyRate"?: (number | string); "perRequest"?: (number | string); "markup"?: (number | string); "units"?: Record<string, string> }; "parameters"?: (number | string); "accuracy"?: (string | null); "benchmark"?: (string | null); "capabilities"?: Array<string>; "inputFormats"?: Array<string>; "outputFormats"?: Array<string>; "architecture"?: JsonObject; "performanceMetrics"?: components['schemas']["PerformanceMetrics"]; "minTier"?: number; "requiresGpu"?: boolean; "gpuMemoryGb"?: number; "status"?: "active" | "beta" | "deprecated"; "version"?: (string | null); "repository"?: (string | null); "releaseDate"?: (string | null); "modelId": string; "licenses"?: Array<{ "type": string; "spdx": string; "url"?: (string | null); "commercialUse"?: (boolean | null); "commercialNotes"?: (string | null); "attributionRequired"?: boolean; "attributionText"?: (string | null); "shareAlike"?: boolean; "complianceStatus"?: "compliant" | "review_needed" | "non_compliant"; "complianceNotes"?: (string | null); "expiresAt"?: (string | null) }>; "dependencies"?: Array<{ "type": string; "name": string; "sizeGb"?: ((number | string) | null); "license"?: (string | null); "required"?: boolean; "notes"?: (string | null) }> } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete: { parameters: { query?: never; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string }; cookie?: never }; requestBody: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/models/{modelId}/restore": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/retire": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 202: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/history": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["HistoryEntry"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/history/{version}/restore": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "modelId": string; "version": number }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/licenses": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["License"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string }; cookie?: never }; requestBody: { content: { "application/json": { "type": string; "spdx": string; "url"?: (string | null); "commercialUse"?: (boolean | null); "commercialNotes"?: (string | null); "attributionRequired"?: boolean; "attributionText"?: (string | null); "shareAlike"?: boolean; "complianceStatus"?: "compliant" | "review_needed" | "non_compliant"; "complianceNotes"?: (string | null); "expiresAt"?: (string | null) } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["License"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/licenses/{licenseId}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string; "licenseId": string }; cookie?: never }; requestBody?: never; responses: { 204: { headers: Record<string, unknown>; content: { "application/json": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string; "licenseId": string }; cookie?: never }; requestBody: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["License"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/models/{modelId}/dependencies": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Dependency"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string }; cookie?: never }; requestBody: { content: { "application/json": { "type": string; "name": string; "sizeGb"?: ((number | string) | null); "license"?: (string | null); "required"?: boolean; "notes"?: (string | null) } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Dependency"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/dependencies/{dependencyId}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string; "dependencyId": string }; cookie?: never }; requestBody?: never; responses: { 204: { headers: Record<string, unknown>; content: { "application/json": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string; "dependencyId": string }; cookie?: never }; requestBody: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Dependency"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/models/{modelId}/licenses/{licenseId}/review": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "modelId": string; "licenseId": string }; cookie?: never }; requestBody: { content: { "application/json": { "complianceStatus": "compliant" | "review_needed" | "non_compliant"; "note": string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["License"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/licenses": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "compliance"?: "non_compliant" | "expired" | "review_needed" | "unreviewed" | "expiring" | "compliant"; "spdx"?: string; "q"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["BoardLicense"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/licenses/spdx": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "q"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["SpdxLicense"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/licenses/summary": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["LicenseSummary"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/licenses/notice": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "text/plain": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "entity"?: string; "entityId"?: string; "action"?: string; "actor"?: string; "from"?: string; "to"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["AuditEntry"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/thermal": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ThermalOverview"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/thermal/brakes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ThermalBrakes"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "scaleIn": ({ "paused": true; "reason": string; "until"?: (string | null) } | { "paused": false }); "scaleOut": ({ "paused": true; "reason": string; "until"?: (string | null) } | { "paused": false }) } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ThermalBrakes"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/thermal": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path: { "modelId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ModelThermal"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "modelId": string }; cookie?: never }; requestBody: { content: { "application/json": ({ "desired": "auto" } | { "desired": "on" | "off"; "reason": string; "until"?: (string | null) }) } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ThermalPin"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{modelId}/slots/release": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "modelId": string }; cookie?: never }; requestBody: { content: { "application/json": { "reason": string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["SlotRelease"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}/executions": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: { "dryRun"?: "validate" }; header?: { "idempotency-key"?: string }; path: { "workflowId": string }; cookie?: never }; requestBody: { content: { "application/json": { "parameters": JsonObject; "name"?: string; "priority"?: number; "deadline"?: string; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string; "quoteId"?: string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ValidatedExecution"] } }; 202: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Execution"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "status"?: "pending" | "running" | "paused" | "succeeded" | "failed" | "cancelled" | "timed_out"; "workflowId"?: string; "modelId"?: string; "from"?: string; "to"?: string; "tag"?: string; "parentId"?: string; "q"?: string; "scores"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["ExecutionSummary"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Execution"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/cancel": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Execution"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/expedite": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": { "reason": string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Execution"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/signal": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: { "idempotency-key"?: string }; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": { "name": string; "payload"?: Json } } }; responses: { 202: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Signal"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/signals": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Signal"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/pause": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Execution"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/resume": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: { "idempotency-key"?: string }; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": { "budgetUsd"?: string; "quoteId"?: string } } }; responses: { 202: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Execution"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/rerun": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: { "dryRun"?: "validate" }; header?: { "idempotency-key"?: string }; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": { "from"?: string; "inputs"?: JsonObject; "skip"?: JsonObject; "only"?: Array<string>; "parameters"?: JsonObject; "name"?: string; "priority"?: number; "deadline"?: string; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string; "quoteId"?: string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ValidatedExecution"] } }; 202: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Execution"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/bulk": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: { "idempotency-key"?: string }; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "action": "cancel" | "pause" | "resume" | "rerun"; "ids"?: Array<string>; "filter"?: { "status"?: "pending" | "running" | "paused" | "succeeded" | "failed" | "cancelled" | "timed_out"; "workflowId"?: string; "modelId"?: string; "from"?: string; "to"?: string; "tag"?: string; "parentId"?: string; "q"?: string }; "dryRun"?: boolean } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["BulkResult"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}/executions/batch": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: { "idempotency-key"?: string }; path: { "workflowId": string }; cookie?: never }; requestBody: { content: { "application/json": { "executions": Array<{ "parameters": JsonObject; "name"?: string; "priority"?: number; "deadline"?: string; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string; "quoteId"?: string }>; "dryRun"?: boolean } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["BatchResult"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/approvals": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "status"?: "waiting" | "decided"; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Approval"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/approvals/count": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ApprovalCount"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/approvals/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Approval"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/approvals/{id}/decision": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: { "idempotency-key"?: string }; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": { "outcome": "approved" | "rejected"; "comment"?: (string | null); "form"?: Json } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Approval"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/schedules": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "workflowId"?: string; "paused"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["ScheduleSummary"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "workflowId": string; "name": string; "cron"?: (string | null); "timeZone"?: string; "intervalSeconds"?: (number | null); "request": { "parameters": JsonObject; "name"?: string; "priority"?: number; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string }; "overlap"?: "allow" | "skip" | "queue" | "cancel_other"; "catchUpSeconds"?: number; "jitterSeconds"?: number } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Schedule"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/schedules/preview": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "cron"?: (string | null); "timeZone"?: string; "intervalSeconds"?: (number | null) }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["SchedulePreview"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/schedules/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Schedule"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 204: { headers: Record<string, unknown>; content: { "application/json": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Schedule"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/schedules/{id}/pause": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": { "reason": string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Schedule"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/schedules/{id}/resume": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Schedule"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/schedules/{id}/run": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 202: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ScheduleTick"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/schedules/{id}/ticks": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "state"?: "started" | "waiting" | "skipped" | "refused" | "missed"; "limit"?: number; "cursor"?: string }; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["ScheduleTick"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workflows/{workflowId}/quote": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "workflowId": string }; cookie?: never }; requestBody: { content: { "application/json": { "parameters": JsonObject; "name"?: string; "priority"?: number; "deadline"?: string; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Quote"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/quote": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": { "from"?: string; "inputs"?: JsonObject; "skip"?: JsonObject; "only"?: Array<string>; "parameters"?: JsonObject; "name"?: string; "priority"?: number; "deadline"?: string; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Quote"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/budget": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Budget"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{tenantId}/budget": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "tenantId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["TenantBudget"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put: { parameters: { query?: never; header?: never; path: { "tenantId": string }; cookie?: never }; requestBody: { content: { "application/json": { "monthlyUsd": (string | null); "alertAt"?: Array<(number | string)>; "webhookUrl"?: (string | null) } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["TenantBudget"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/tasks/{taskId}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "mapIndex"?: number }; header?: never; path: { "id": string; "taskId": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["TaskDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/tasks/{taskId}/skip": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string; "taskId": string }; cookie?: never }; requestBody: { content: { "application/json": { "output"?: Json; "reason": string; "mapIndex"?: number } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["TaskDetail"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/artifacts": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Artifact"]> } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/artifacts/{name}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "taskId"?: string; "sha256"?: string; "rank"?: number }; header?: never; path: { "id": string; "name": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/octet-stream": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/pae": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "rank"?: number }; header?: { "accept-encoding"?: string }; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/octet-stream": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/archive": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/zip": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/attributions": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "format"?: "json" | "notice" }; header?: { "accept"?: string }; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Attributions"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "state"?: "pending" | "delivered" | "given_up"; "event"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["WebhookDelivery"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/retry": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: { content: { "application/json": JsonObject } }; responses: { 202: { headers: Record<string, unknown>; content: { "application/json": { "id": string } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/triggers": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "workflowId"?: string; "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Trigger"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody: { content: { "application/json": { "workflowId": string; "scheme": "standard_webhooks" | "github" | "stripe" | "hmac_sha256"; "secret": string; "name": string; "signatureHeader"?: (string | null); "parameters": JsonObject; "condition"?: (string | null); "deliveryId"?: (string | null); "request"?: { "name"?: string; "priority"?: number; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string }; "enabled"?: boolean } } }; responses: { 201: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Trigger"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/triggers/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Trigger"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 204: { headers: Record<string, unknown>; content: { "application/json": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    options?: never;
    head?: never;
    patch: { parameters: { query?: never; header?: { "if-match"?: string }; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": JsonObject } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Trigger"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    trace?: never;
  };
  "/v1/triggers/{id}/rotate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }; requestBody: { content: { "application/json": { "secret": string; "keepSeconds"?: number } } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["Trigger"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/triggers/{id}/deliveries": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "outcome"?: "started" | "ignored" | "refused"; "limit"?: number; "cursor"?: string }; header?: never; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["TriggerDelivery"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/hooks/{triggerId}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: { parameters: { query?: never; header?: never; path: { "triggerId": string }; cookie?: never }; requestBody: { content: { "application/json": (JsonObject | Array<Json>) } }; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ReceivedWebhook"] } }; 202: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ReceivedWebhook"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/costs": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "by"?: "model" | "workflow" | "tenant" | "day"; "from"?: string; "to"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "from": string; "to": string; "items": Array<components['schemas']["Cost"]>; "totals": { "executions": number; "gpuSeconds": number; "priceUsd": string; "loadedUsd"?: string; "marginUsd"?: string; "warmUpUsd"?: string; "workUsd"?: string; "idleUsd"?: string } } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/costs/reconciliation": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "from"?: string; "to"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "from": string; "to": string; "source": string; "chargedThrough": (string | null); "items": Array<components['schemas']["Reconciled"]>; "totals": { "meteredUsd": string; "chargedUsd": string; "sharedUsd": string; "unusedUsd": string; "chargedMinusMeteredUsd": string; "chargedMinusMeteredPercent": (number | null); "chargedMinusSharedUsd": string; "openMeteredUsd": string; "provisionalUsd": string; "openChargedUsd": string } } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/metrics/summary": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["MetricsSummary"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/metrics/cost": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "days"?: number }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["CostSeries"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/metrics/thermal": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "from"?: string; "to"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["ThermalSeries"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/metrics/queue": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "from"?: string; "to"?: string; "step"?: number }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": components['schemas']["QueueSeries"] } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/queue": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: { "limit"?: number; "cursor"?: string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["ModelQueue"]>; "nextCursor": (string | null) } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/search": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query: { "q": string }; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "application/json": { "items": Array<components['schemas']["Found"]> } } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/executions/{id}/events": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: { "last-event-id"?: string }; path: { "id": string }; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "text/event-stream": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/events": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: { headers: Record<string, unknown>; content: { "text/event-stream": string } }; default: { headers: Record<string, unknown>; content: { "application/problem+json": components['schemas']["Problem"] } } } };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}

export interface components {
  schemas: {
    Problem: { "type": string; "title": string; "status": number; "code": string; "detail": string; "errors"?: Array<{ "path": string; "message": string }>; "requestId": string; "changes"?: Array<{ "field": string; "quoted": (string | null); "now": (string | null) }>; "current"?: JsonObject };
    Session: { "userId": string; "email": string; "name": (string | null); "role": "platform_admin" | "operator" | "auditor" | "tenant_admin" | "tenant_user"; "scopes": Array<"read" | "run" | "administer">; "tenantId": string; "tenantName": string; "tier": number; "commercial": boolean; "mustQuote": boolean; "expiresAt": string; "standInSpeed": ((number | "instant") | null) };
    ApiKey: { "id": string; "keyId": string; "name": string; "role": "platform_admin" | "operator" | "auditor" | "tenant_admin" | "tenant_user"; "userEmail": string; "tenantName": string; "scopes": Array<"read" | "run" | "administer">; "mustQuote": boolean; "expiresAt": (string | null); "lastUsedAt": (string | null); "revokedAt": (string | null); "createdAt": string };
    NewApiKey: { "id": string; "keyId": string; "name": string; "role": "platform_admin" | "operator" | "auditor" | "tenant_admin" | "tenant_user"; "userEmail": string; "tenantName": string; "scopes": Array<"read" | "run" | "administer">; "mustQuote": boolean; "expiresAt": (string | null); "lastUsedAt": (string | null); "revokedAt": (string | null); "createdAt": string; "key": string };
    User: { "id": string; "email": string; "name": (string | null); "role": "platform_admin" | "operator" | "auditor" | "tenant_admin" | "tenant_user"; "tenantId": string; "tenantName": string; "enabled": boolean; "createdAt": string };
    Tenant: { "id": string; "name": string; "tier": number; "commercial": boolean; "weight": number; "enabled": boolean; "budgetUsd": (string | null); "webhookSecret": (string | null); "createdAt": string };
    WorkflowSummary: { "id": string; "name": string; "description": (string | null); "category": string; "version": string; "minTier": number; "enabled": boolean; "modelIds": Array<string>; "unavailable": Array<string>; "tasks": Array<{ "id": string; "type": string; "modelId": (string | null); "dependsOn": Array<string> }>; "executions30d": number; "medianSeconds": (number | null); "medianUsd": (string | null); "successRate": (number | null) };
    Workflow: { "id": string; "name": string; "title": (string | null); "description": (string | null); "category": string; "version": string; "enabled": boolean; "unavailable": Array<string>; "dag": components['schemas']["WorkflowGraph"]; "inputSchema": JsonObject; "outputSchema": JsonObject; "outputMapping": (JsonObject | null); "defaultParameters": JsonObject; "timeout": number; "maxRetries": number; "minTier": number; "onFailure": ({ "workflowId": string } | null); "requiresAuditTrail": boolean; "hipaaCompliant": boolean; "tasks": Array<components['schemas']["WorkflowTask"]>; "parameters": Array<components['schemas']["WorkflowParameter"]> };
    WorkflowGraph: { "nodes": Array<{ "id": string; "type": string; "modelId"?: string }>; "edges": Array<{ "from": string; "to": string }> };
    WorkflowTask: { "taskId": string; "name": string; "description": (string | null); "type": "task" | "validation" | "transform" | "wait" | "approval" | "workflow"; "modelId": (string | null); "serviceId": (string | null); "config": components['schemas']["TaskConfig"]; "inputMapping": (JsonObject | null); "outputMapping": (JsonObject | null); "dependsOn": Array<string>; "condition": (string | null); "timeout": number };
    TaskConfig: { "join"?: "all_succeeded" | "all_done" | "one_succeeded" | "none_failed" | "one_failed" | "all_failed"; "onFailure"?: "fail" | "continue"; "fallbackModelId"?: string; "retry"?: { "maxAttempts"?: number; "initialDelayMs"?: number; "backoff"?: number; "maxDelayMs"?: number; "jitter"?: boolean }; "map"?: { "over": string; "as"?: string; "maxConcurrency"?: number; "toleratedFailures"?: number }; "wait"?: { "seconds"?: number; "until"?: string; "signal"?: string; "timeoutSeconds"?: number; "schema"?: JsonObject }; "approval"?: { "roles"?: Array<"tenant_admin" | "tenant_user">; "users"?: Array<string>; "text"?: string; "form"?: JsonObject; "timeoutSeconds"?: number; "defaultOutcome"?: "approved" | "rejected" | "fail"; "onRejection"?: "fail" | "succeed"; "allowSelf"?: boolean }; "workflowId"?: string; "schema"?: JsonObject; "checks"?: Array<{ "check": "letters" | "length" | "present"; "value": string; "message"?: string; "alphabet"?: string; "minimum"?: number; "maximum"?: number }> };
    WorkflowParameter: { "name": string; "displayName": (string | null); "description": (string | null); "type": string; "default": Json; "validation": JsonObject; "uiComponent": string; "uiConfig": JsonObject; "userConfigurable": boolean; "adminOnly": boolean };
    WorkflowVersion: { "version": string; "at": string; "by": (string | null); "hash": string };
    ExecutionExample: { "parameters": JsonObject };
    HistoryEntry: { "id": string; "at": string; "action": string; "actor": (string | null); "actorName": (string | null); "requestId": (string | null); "summary": string; "changes": Array<{ "path": string; "before": Json; "after": Json }>; "version": (number | null) };
    WorkflowInput: { "workflowId": string; "name": string; "title"?: (string | null); "description"?: (string | null); "category": string; "version"?: string; "inputSchema"?: JsonObject; "outputSchema"?: JsonObject; "outputMapping"?: (JsonObject | null); "defaultParameters"?: JsonObject; "timeout"?: number; "maxRetries"?: number; "minTier"?: number; "onFailure"?: ({ "workflowId": string } | null); "requiresAuditTrail"?: boolean; "hipaaCompliant"?: boolean; "tasks"?: Array<{ "taskId": string; "name": string; "description"?: (string | null); "type": "task" | "validation" | "transform" | "wait" | "approval" | "workflow"; "modelId"?: (string | null); "serviceId"?: (string | null); "config"?: components['schemas']["TaskConfig"]; "inputMapping"?: (JsonObject | null); "outputMapping"?: (JsonObject | null); "dependsOn"?: Array<string>; "condition"?: (string | null); "timeout"?: number }>; "parameters"?: Array<{ "name": string; "displayName"?: (string | null); "description"?: (string | null); "type": "string" | "number" | "integer" | "boolean" | "array" | "object" | "fasta"; "default"?: Json; "validation"?: JsonObject; "uiComponent"?: string; "uiConfig"?: JsonObject; "userConfigurable"?: boolean; "adminOnly"?: boolean }> };
    WorkflowVerdict: { "faults": Array<{ "path": string; "message": string; "taskId"?: string }>; "warnings": Array<{ "path": string; "message": string; "taskId"?: string }> };
    Model: { "id": string; "rowVersion": number; "name": string; "displayName": string; "description": (string | null); "category": string; "specialty": (string | null); "providerType": string; "thermal": components['schemas']["ThermalConfig"]; "pricing"?: components['schemas']["PricingConfig"]; "managed": boolean; "parameters": string; "accuracy": (string | null); "benchmark": (string | null); "capabilities": Array<string>; "inputFormats": Array<string>; "outputFormats": Array<string>; "architecture": JsonObject; "performanceMetrics": components['schemas']["PerformanceMetrics"]; "minTier": number; "requiresGpu": boolean; "gpuMemoryGb": number; "enabled": boolean; "status": string; "version": (string | null); "repository": (string | null); "releaseDate": (string | null); "currentThermalState": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "compliance": "non_compliant" | "expired" | "review_needed" | "unreviewed" | "expiring" | "compliant"; "licenses": Array<{ "id": string; "type": string; "spdx": string; "url": (string | null); "commercialUse": (boolean | null); "attributionRequired": boolean; "attributionText": (string | null); "shareAlike": boolean; "complianceStatus": "compliant" | "review_needed" | "non_compliant"; "lastComplianceReview": (string | null); "expiresAt": (string | null) }>; "dependencies": Array<{ "name": string; "type": string; "sizeGb": (string | null); "license": (string | null); "required": boolean; "notes": (string | null) }>; "deployment"?: components['schemas']["DeploymentConfig"]; "heat": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED" };
    ThermalConfig: { "defaultState": "OFF" | "WARM"; "scaleToZeroAfterMinutes": number; "warmupTimeSeconds": number; "minInstances": number; "maxInstances": number };
    PricingConfig: { "hourlyRate": string; "perRequest": string; "markup": string; "units": Record<string, string> };
    PerformanceMetrics: JsonObject;
    DeploymentConfig: { "driver"?: "sagemaker-async" | "sagemaker-realtime" | "sagemaker-component" | "http"; "image"?: string; "instanceType"?: string; "environment": Record<string, string>; "modelDataUrl"?: string; "executionRoleArn"?: string; "endpointName"?: string; "hostEndpoint"?: string; "hostMaxInstances"?: number; "compute": { "accelerators"?: number; "memoryMb"?: number; "cpuCores"?: number }; "url"?: string; "wakeUrl"?: string; "stopUrl"?: string; "headers": Record<string, string>; "maxInvocationSeconds"?: number; "maxConcurrentInvocationsPerInstance": number; "resourceRequirements"?: JsonObject };
    ModelDetail: { "id": string; "rowVersion": number; "name": string; "displayName": string; "description": (string | null); "category": string; "specialty": (string | null); "providerType": string; "thermal": components['schemas']["ThermalConfig"]; "pricing"?: components['schemas']["PricingConfig"]; "managed": boolean; "parameters": string; "accuracy": (string | null); "benchmark": (string | null); "capabilities": Array<string>; "inputFormats": Array<string>; "outputFormats": Array<string>; "architecture": JsonObject; "performanceMetrics": components['schemas']["PerformanceMetrics"]; "minTier": number; "requiresGpu": boolean; "gpuMemoryGb": number; "enabled": boolean; "status": string; "version": (string | null); "repository": (string | null); "releaseDate": (string | null); "currentThermalState": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "compliance": "non_compliant" | "expired" | "review_needed" | "unreviewed" | "expiring" | "compliant"; "licenses": Array<{ "id": string; "type": string; "spdx": string; "url": (string | null); "commercialUse": (boolean | null); "attributionRequired": boolean; "attributionText": (string | null); "shareAlike": boolean; "complianceStatus": "compliant" | "review_needed" | "non_compliant"; "lastComplianceReview": (string | null); "expiresAt": (string | null) }>; "dependencies": Array<{ "name": string; "type": string; "sizeGb": (string | null); "license": (string | null); "required": boolean; "notes": (string | null) }>; "deployment"?: components['schemas']["DeploymentConfig"]; "heat": { "state": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "serving": number; "wanted": number; "slots": number; "slotsTaken": number; "failure": (string | null); "waiting": number }; "usable": { "commercial": boolean; "nonCommercial": boolean; "faults": Array<{ "code": "license_missing" | "license_expired" | "license_non_compliant" | "license_not_commercial" | "license_review_needed"; "component": string; "message": string }> } };
    License: { "id": string; "type": string; "spdx": string; "url": (string | null); "commercialUse": (boolean | null); "commercialNotes": (string | null); "attributionRequired": boolean; "attributionText": (string | null); "shareAlike": boolean; "complianceStatus": "compliant" | "review_needed" | "non_compliant"; "complianceNotes": (string | null); "lastComplianceReview": (string | null); "reviewedBy": (string | null); "expiresAt": (string | null) };
    Dependency: { "id": string; "type": string; "name": string; "sizeGb": (string | null); "license": (string | null); "required": boolean; "notes": (string | null) };
    BoardLicense: { "id": string; "type": string; "spdx": string; "url": (string | null); "commercialUse": (boolean | null); "commercialNotes": (string | null); "attributionRequired": boolean; "attributionText": (string | null); "shareAlike": boolean; "complianceStatus": "compliant" | "review_needed" | "non_compliant"; "complianceNotes": (string | null); "lastComplianceReview": (string | null); "reviewedBy": (string | null); "expiresAt": (string | null); "modelId": string; "modelName": string; "standing": "non_compliant" | "expired" | "review_needed" | "unreviewed" | "expiring" | "compliant" };
    SpdxLicense: { "id": string; "nonCommercial": boolean; "shareAlike": boolean };
    LicenseSummary: { "totalModels": number; "commercialOk": number; "reviewNeeded": number; "nonCompliant": number; "expired": number; "expiringIn30Days": number };
    AuditEntry: { "id": string; "at": string; "entity": string; "entityId": string; "entityName": (string | null); "action": string; "actorType": "admin" | "user" | "system"; "actorId": (string | null); "actorName": (string | null); "requestId": (string | null); "summary": string; "changes": Array<{ "path": string; "before": Json; "after": Json }> };
    ThermalOverview: { "models": Array<{ "modelId": string; "managed": boolean; "state": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "since": (string | null); "idleSince": (string | null); "why": (string | null); "serving": number; "wanted": number; "billed": number; "usdPerHour": string; "pin": { "desired": "auto" | "on" | "off"; "reason": (string | null); "until": (string | null) }; "failure": (string | null); "retryAt": (string | null); "lastLookAt": (string | null) }>; "orphans": Array<{ "name": string; "status": string; "instanceType": (string | null); "instances": number; "usdPerHour": (string | null); "firstSeenAt": string; "failure": (string | null) }>; "brakes": components['schemas']["ThermalBrakes"]; "permissionsMissing": Array<{ "action": string; "reason": (string | null) }>; "usdPerHour": string };
    ThermalBrakes: { "scaleIn": ({ "paused": true; "reason": string; "until": (string | null) } | { "paused": false }); "scaleOut": ({ "paused": true; "reason": string; "until": (string | null) } | { "paused": false }) };
    ModelThermal: { "modelId": string; "managed": boolean; "state": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "since": (string | null); "idleSince": (string | null); "why": (string | null); "serving": number; "wanted": number; "billed": number; "usdPerHour": string; "pin": { "desired": "auto" | "on" | "off"; "reason": (string | null); "until": (string | null) }; "failure": (string | null); "retryAt": (string | null); "lastLookAt": (string | null); "slots": { "all": number; "usable": number; "taken": number; "doubted": number; "doubtUntil": (string | null) }; "waiting": number; "running": number; "warmup": { "seconds": number; "measured": number }; "nextNeed": ({ "at": string; "uncertaintySeconds": number; "executionId": string; "taskId": string } | null); "holdOff": { "renewalDueAt": (string | null); "failure": (string | null) }; "brakes": { "scaleIn": boolean; "scaleOut": boolean }; "history": { "items": Array<{ "at": string; "from": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "to": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "reason": string; "instances": number; "usdPerHour": string }>; "nextCursor": (string | null) } };
    ThermalPin: { "desired": "auto" | "on" | "off"; "reason": (string | null); "until": (string | null) };
    SlotRelease: { "released": number };
    Execution: { "id": string; "workflowId": string; "workflowVersion": string; "name": (string | null); "status": "pending" | "running" | "paused" | "succeeded" | "failed" | "cancelled" | "timed_out"; "priority": number; "parameters": JsonObject; "resolvedParameters": JsonObject; "error": ({ "code": string; "message": string } | null); "cost": { "estimatedUsd": (string | null); "actualUsd": string; "budgetUsd": (string | null); "reservedUsd": string }; "rerunOf": (string | null); "edits": ({ "inputs": Array<string>; "skip": Array<string>; "only": Array<string> } | null); "scheduleId": (string | null); "scheduledFor": (string | null); "quoteId": (string | null); "parent": ({ "executionId": string; "taskId": string; "mapIndex": (number | null) } | null); "handlerOf": (string | null); "handledBy": ({ "workflowId": string; "executionId": (string | null); "error": ({ "code": string; "message": string } | null) } | null); "deadline": (string | null); "pausedAt": (string | null); "pausedSeconds": number; "tags": Array<string>; "submittedBy": string; "waiting": ({ "reason": string; "since": string; "expectedStart": (string | null); "failsAt": (string | null); "nothingRuns": boolean } | null); "createdAt": string; "startedAt": (string | null); "completedAt": (string | null); "durationMs": (number | null); "synthetic": boolean; "lastAction": ({ "action": "cancel" | "pause" | "resume"; "by": string; "at": string } | null); "output": Json; "tasks": Array<components['schemas']["Task"]> };
    Task: { "taskId": string; "name": string; "type": string; "modelId": (string | null); "mapIndex": (number | null); "status": "pending" | "ready" | "queued" | "running" | "waiting" | "succeeded" | "failed" | "skipped" | "cancelled"; "signal": (string | null); "approvalId": (string | null); "attempt": number; "queuedMs": (number | null); "durationMs": (number | null); "costUsd": string; "startedAt": (string | null); "completedAt": (string | null); "error": ({ "code": string; "message": string } | null); "endedBy": (string | null); "endedReason": (string | null); "inputGiven": boolean; "childExecutionId": (string | null); "synthetic": boolean };
    ValidatedExecution: { "executionId": (string | null); "accepts": ({ "workflowId": string; "workflowVersion": string; "name": (string | null); "resolvedParameters": JsonObject; "parametersHash": string; "quoteId": (string | null); "estimatedUsd": (string | null); "reservesUsd": string } | null) };
    ExecutionSummary: { "id": string; "workflowId": string; "workflowVersion": string; "name": (string | null); "status": "pending" | "running" | "paused" | "succeeded" | "failed" | "cancelled" | "timed_out"; "priority": number; "parameters": JsonObject; "resolvedParameters": JsonObject; "error": ({ "code": string; "message": string } | null); "cost": { "estimatedUsd": (string | null); "actualUsd": string; "budgetUsd": (string | null); "reservedUsd": string }; "rerunOf": (string | null); "edits": ({ "inputs": Array<string>; "skip": Array<string>; "only": Array<string> } | null); "scheduleId": (string | null); "scheduledFor": (string | null); "quoteId": (string | null); "parent": ({ "executionId": string; "taskId": string; "mapIndex": (number | null) } | null); "handlerOf": (string | null); "handledBy": ({ "workflowId": string; "executionId": (string | null); "error": ({ "code": string; "message": string } | null) } | null); "deadline": (string | null); "pausedAt": (string | null); "pausedSeconds": number; "tags": Array<string>; "submittedBy": string; "waiting": ({ "reason": string; "since": string; "expectedStart": (string | null); "failsAt": (string | null); "nothingRuns": boolean } | null); "createdAt": string; "startedAt": (string | null); "completedAt": (string | null); "durationMs": (number | null); "scores"?: (Record<string, number> | null); "synthetic": boolean };
    Signal: { "id": string; "name": string; "payload": Json; "sentBy": (string | null); "sentAt": string; "taskId": (string | null); "takenAt": (string | null) };
    BulkResult: { "count": number; "results": Array<{ "id": string; "ok": boolean; "newId"?: string; "code"?: string; "detail"?: string }> };
    BatchResult: { "count": number; "cost": ({ "lowUsd": string; "likelyUsd": string; "highUsd": string } | null); "expiresAt": (string | null); "results": Array<{ "index": number; "ok": boolean; "name"?: (string | null); "quoteId"?: string; "id"?: string; "code"?: string; "detail"?: string; "errors"?: Array<{ "path": string; "message": string }>; "changes"?: Array<{ "field": string; "quoted": (string | null); "now": (string | null) }> }> };
    Approval: { "id": string; "status": "waiting" | "approved" | "rejected" | "timed_out" | "cancelled"; "executionId": string; "executionName": (string | null); "workflowId": string; "workflowName": string; "taskId": string; "taskName": string; "text": (string | null); "facts": Json; "formSchema": (JsonObject | null); "approvers": Array<string>; "allowSelf": boolean; "requestedBy": string; "requestedAt": string; "dueAt": (string | null); "defaultOutcome": "approved" | "rejected" | "fail"; "mayDecide": boolean; "comment": (string | null); "form": Json; "decidedBy": (string | null); "decidedAt": (string | null) };
    ApprovalCount: { "waiting": number };
    ScheduleSummary: { "id": string; "tenantId": string; "workflowId": string; "name": string; "cron": (string | null); "timeZone": string; "intervalSeconds": (number | null); "request": ({ "parameters": JsonObject; "name"?: string; "priority"?: number; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string } | null); "overlap": "allow" | "skip" | "queue" | "cancel_other"; "catchUpSeconds": number; "jitterSeconds": number; "runsAs": string; "nextAt": (string | null); "waiting": number; "paused": ({ "at": string; "reason": string; "by": (string | null) } | null); "lastExecution": ({ "id": string; "status": "pending" | "running" | "paused" | "succeeded" | "failed" | "cancelled" | "timed_out"; "scheduledFor": string } | null); "rowVersion": number; "createdAt": string; "updatedAt": string };
    Schedule: { "id": string; "tenantId": string; "workflowId": string; "name": string; "cron": (string | null); "timeZone": string; "intervalSeconds": (number | null); "request": ({ "parameters": JsonObject; "name"?: string; "priority"?: number; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string } | null); "overlap": "allow" | "skip" | "queue" | "cancel_other"; "catchUpSeconds": number; "jitterSeconds": number; "runsAs": string; "nextAt": (string | null); "waiting": number; "paused": ({ "at": string; "reason": string; "by": (string | null) } | null); "lastExecution": ({ "id": string; "status": "pending" | "running" | "paused" | "succeeded" | "failed" | "cancelled" | "timed_out"; "scheduledFor": string } | null); "rowVersion": number; "createdAt": string; "updatedAt": string; "nextTimes": Array<string> };
    SchedulePreview: { "nextTimes": Array<string> };
    ScheduleTick: { "id": string; "at": string; "times": number; "lastAt": (string | null); "state": "started" | "waiting" | "skipped" | "refused" | "missed"; "manual": boolean; "code": (string | null); "message": (string | null); "execution": ({ "id": string; "status": "pending" | "running" | "paused" | "succeeded" | "failed" | "cancelled" | "timed_out" } | null); "decidedAt": string };
    Quote: { "id": string; "expiresAt": string; "workflowId": string; "workflowVersion": string; "cost": ({ "lowUsd": string; "likelyUsd": string; "highUsd": string } | null); "parts": Array<{ "taskId": string; "modelId": string; "conditional": boolean; "seconds": ({ "low": number; "likely": number; "high": number } | null); "gpuUsd"?: (string | null); "requestUsd"?: (string | null); "unitsUsd"?: (string | null); "markupUsd"?: (string | null); "totalUsd": (string | null); "basis": "history" | "performance_metrics" | "none"; "runs": number }>; "startsAt": ({ "likely": string } | null); "endsAt": ({ "low": string; "likely": string; "high": string } | null); "assumes": Array<string>; "licenses": Array<{ "modelId": string; "component": string; "spdx": string; "url": (string | null); "attributionRequired": boolean; "attributionText": (string | null); "shareAlike": boolean }>; "warnings": Array<string>; "confidence": { "basis": "history" | "performance_metrics" | "none"; "runs": number; "words": string }; "budget": { "limitUsd": (string | null); "remainingUsd": (string | null); "reservesUsd": string; "fits": boolean } };
    Budget: { "month": string; "limitUsd": (string | null); "spentUsd": string; "reservedUsd": string; "remainingUsd": (string | null); "alerts": Array<{ "at": number; "amountUsd": (string | null); "reachedAt": (string | null) }> };
    TenantBudget: { "month": string; "limitUsd": (string | null); "spentUsd": string; "reservedUsd": string; "remainingUsd": (string | null); "alerts": Array<{ "at": number; "amountUsd": (string | null); "reachedAt": (string | null) }>; "webhookUrl": (string | null) };
    TaskDetail: { "taskId": string; "name": string; "type": string; "modelId": (string | null); "mapIndex": (number | null); "status": "pending" | "ready" | "queued" | "running" | "waiting" | "succeeded" | "failed" | "skipped" | "cancelled"; "signal": (string | null); "approvalId": (string | null); "attempt": number; "queuedMs": (number | null); "durationMs": (number | null); "costUsd": string; "startedAt": (string | null); "completedAt": (string | null); "error": ({ "code": string; "message": string } | null); "endedBy": (string | null); "endedReason": (string | null); "inputGiven": boolean; "childExecutionId": (string | null); "synthetic": boolean; "input": Json; "output": Json; "attempts": Array<{ "attempt": number; "status": "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "unknown"; "usage": JsonObject; "costUsd": string; "startedAt": string; "endedAt": (string | null); "error": ({ "code": string; "message": string } | null); "address": (string | null); "failure": ({ "status": (number | null); "modelStatus": (number | null); "answer": (string | null); "cause": (string | null) } | null) }> };
    Artifact: { "name": string; "mediaType": string; "size": number; "sha256": string; "taskId": string; "mapIndex": (number | null); "href": string; "synthetic": boolean };
    Attributions: { "executionId": string; "workflowId": string; "workflowVersion": string; "models": Array<{ "modelId": string; "displayName": string; "version": (string | null); "repository": (string | null); "taskIds": Array<string>; "licenses": Array<{ "type": string; "spdx": string; "url": (string | null); "attributionRequired": boolean; "attributionText": (string | null); "shareAlike": boolean }>; "dependencies": Array<{ "name": string; "type": string; "license": (string | null); "required": boolean; "shareAlike": boolean }> }>; "shareAlike": Array<{ "modelId": string; "component": string; "spdx": string }> };
    WebhookDelivery: { "id": string; "tenantId": string; "event": string; "url": string; "state": "pending" | "delivered" | "given_up"; "attempts": number; "nextAt": (string | null); "deliveredAt": (string | null); "lastStatus": (number | null); "lastError": (string | null); "createdAt": string };
    Trigger: { "id": string; "tenantId": string; "workflowId": string; "name": string; "path": string; "scheme": "standard_webhooks" | "github" | "stripe" | "hmac_sha256"; "secretSetAt": string; "previousUntil": (string | null); "signatureHeader": (string | null); "parameters": (JsonObject | null); "condition": (string | null); "deliveryId": (string | null); "request": ({ "name"?: string; "priority"?: number; "tags"?: Array<string>; "budgetUsd"?: string; "webhookUrl"?: string } | null); "enabled": boolean; "runsAs": string; "rejected": number; "lastRejectedAt": (string | null); "lastRejectedCode": (string | null); "createdAt": string; "updatedAt": string };
    TriggerDelivery: { "id": string; "deliveryId": string; "outcome": "started" | "ignored" | "refused"; "code": (string | null); "message": (string | null); "executionId": (string | null); "attempts": number; "receivedAt": string };
    ReceivedWebhook: { "deliveryId": string; "outcome": "started" | "ignored"; "executionId": (string | null) };
    Cost: { "key": (string | null); "executions": number; "gpuSeconds": number; "priceUsd": string; "loadedUsd"?: string; "marginUsd"?: string; "warmUpUsd"?: string; "workUsd"?: string; "idleUsd"?: string };
    Reconciled: { "modelId": (string | null); "meteredUsd": string; "chargedUsd": string; "sharedUsd": string; "unusedUsd": string; "chargedMinusMeteredUsd": string; "chargedMinusMeteredPercent": (number | null); "chargedMinusSharedUsd": string; "openMeteredUsd": string; "provisionalUsd": string; "openChargedUsd": string };
    MetricsSummary: { "running": number; "queued": number; "oldestWaitSeconds": (number | null); "failed24h": number; "executions24h": number; "spendTodayUsd": string; "budgetUsd": (string | null); "idleAvoidedUsd": string; "idleAvoidedMethod": string };
    CostSeries: { "days": Array<{ "day": string; "gpuUsd": string; "idleUsd": string; "openUsd": string; "priceUsd": string }> };
    ThermalSeries: { "items": Array<{ "modelId": string; "displayName": string; "spans": Array<{ "heat": "OFF" | "WARMING" | "WARM" | "HOT" | "COOLING" | "FAILED"; "from": string; "to": string }> }> };
    QueueSeries: { "from": string; "stepSeconds": number; "series": Array<{ "name": "queued" | "running"; "points": Array<number>; "last": number }> };
    ModelQueue: { "modelId": string; "displayName": string; "managed": boolean; "waiting": number; "running": number; "instances": number; "wanted": number; "slots": number; "oldestWaitSeconds": (number | null); "drainSeconds": (number | null); "byTenant": Array<{ "tenant": string; "waiting": number; "running": number }> };
    Found: { "kind": "model" | "workflow" | "execution"; "id": string; "title": string; "detail": string };
    ExecutionEvent: { "id": number; "taskId": (string | null); "mapIndex": (number | null); "from": (string | null); "to": string; "attempt": (number | null); "errorCode": (string | null); "by": (string | null); "at": string };
    Change: { "kind": "execution" | "approval" | "model" | "workflow" | "thermal"; "id": string };
  };
}

/** How the API bounds and describes an execution's priority: the run form says the same. */
export const PRIORITY = {"minimum":1,"maximum":10,"usual":5,"description":"1 goes first, 10 last, among the executions of one tenant."};

/** What a type cannot say of a workflow's fields: a form tells it before the server has to. */
export const WORKFLOW_RULES = {
  "workflowId": {"pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$","description":"letters, digits, dots, dashes and underscores, a letter or digit first, at most 100"},
  "name": {"minLength":1,"maxLength":200},
  "title": {"minLength":1,"maxLength":1000},
  "category": {"minLength":1,"maxLength":50},
  "version": {"pattern":"^[A-Za-z0-9][A-Za-z0-9.+-]{0,19}$","description":"letters, digits, dots, pluses and dashes, like 1.0.0, at most 20"},
  "timeout": {"description":"In seconds.","minimum":1,"maximum":2592000},
  "maxRetries": {"minimum":0,"maximum":100},
  "minTier": {"minimum":1,"maximum":5},
  "onFailure.workflowId": {"minLength":1,"maxLength":100},
  "tasks.taskId": {"pattern":"^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]{0,99}$","description":"letters, digits and underscores, no digit first, at most 100, and not constructor, prototype or __proto__"},
  "tasks.name": {"minLength":1,"maxLength":200},
  "tasks.type": {"enum":["task","validation","transform","wait","approval","workflow"]},
  "tasks.modelId": {"minLength":1,"maxLength":100},
  "tasks.serviceId": {"minLength":1,"maxLength":100},
  "tasks.config.join": {"enum":["all_succeeded","all_done","one_succeeded","none_failed","one_failed","all_failed"]},
  "tasks.config.onFailure": {"enum":["fail","continue"]},
  "tasks.config.retry.maxAttempts": {"minimum":1,"maximum":100},
  "tasks.config.retry.initialDelayMs": {"description":"In milliseconds.","minimum":0,"maximum":604800000},
  "tasks.config.retry.backoff": {"minimum":1,"maximum":100},
  "tasks.config.retry.maxDelayMs": {"description":"In milliseconds.","minimum":0,"maximum":604800000},
  "tasks.config.map.maxConcurrency": {"minimum":1,"maximum":10000},
  "tasks.config.map.toleratedFailures": {"minimum":0,"maximum":10000},
  "tasks.config.wait.seconds": {"description":"In seconds.","minimum":0,"maximum":31536000},
  "tasks.config.wait.signal": {"pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
  "tasks.config.wait.timeoutSeconds": {"description":"In seconds.","minimum":0,"maximum":31536000},
  "tasks.config.approval.roles": {"enum":["tenant_admin","tenant_user"]},
  "tasks.config.approval.users": {"pattern":"^(?:[A-Za-z0-9_'+\\-]+\\.)*[A-Za-z0-9_'+\\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$","maxLength":320},
  "tasks.config.approval.text": {"minLength":1,"maxLength":10000},
  "tasks.config.approval.timeoutSeconds": {"description":"In seconds.","minimum":1,"maximum":31536000},
  "tasks.config.approval.defaultOutcome": {"enum":["approved","rejected","fail"]},
  "tasks.config.approval.onRejection": {"enum":["fail","succeed"]},
  "tasks.config.checks.check": {"enum":["letters","length","present"]},
  "tasks.config.checks.minimum": {"minimum":0,"maximum":1000000000},
  "tasks.config.checks.maximum": {"minimum":0,"maximum":1000000000},
  "tasks.condition": {"minLength":1,"maxLength":10000},
  "tasks.timeout": {"description":"In seconds.","minimum":1,"maximum":604800},
  "parameters.name": {"pattern":"^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]{0,99}$","description":"letters, digits and underscores, no digit first, at most 100, and not constructor, prototype or __proto__"},
  "parameters.displayName": {"minLength":1,"maxLength":200},
  "parameters.type": {"enum":["string","number","integer","boolean","array","object","fasta"]},
  "parameters.uiComponent": {"minLength":1,"maxLength":50},
} as const;
