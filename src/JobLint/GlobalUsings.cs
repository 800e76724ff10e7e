// Every rule looks at the same few namespaces of the model.
global using Rayquest.JobLint.Catalogue;
global using Rayquest.JobLint.Context;
global using Rayquest.JobLint.Engine;
global using Rayquest.JobLint.Messages;
global using Rayquest.JobLint.Rules;
global using Rayquest.JobModel.Diagnostics;
global using Rayquest.JobModel.Plans;
global using Rayquest.JobModel.Policies;
global using Rayquest.JobModel.Quantities;
global using Rayquest.JobModel.Repository;
global using Rayquest.JobModel.Requests;
global using Rayquest.JobModel.Text;
global using Rayquest.JobModel.Yaml;
