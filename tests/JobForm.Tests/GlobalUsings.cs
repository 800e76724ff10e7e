global using Rayquest.JobFormEngine;
