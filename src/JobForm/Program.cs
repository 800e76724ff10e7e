using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Rayquest.JobForm;

WebAssemblyHostBuilder builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.Services.AddAntDesign();
builder.Services.AddScoped<Browser>();
builder.Services.AddScoped<FormState>();
await builder.Build().RunAsync();
