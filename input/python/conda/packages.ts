/**
 * How conda names packages where PyPI names them otherwise or does not have them. Put together in 2026-11 from
 * both indexes; all names are normalised: lower case, with
 * hyphens for `_` and `.`.
 */

/** conda name → requirement on PyPI. */
export const RENAMED: Readonly<Record<string, string>> = {
  "dask-core": "dask",
  "matplotlib-base": "matplotlib",
  "msgpack-python": "msgpack",
  opencv: "opencv-python-headless",
  "opencv-python": "opencv-python-headless",
  "py-lightgbm": "lightgbm",
  "py-opencv": "opencv-python-headless",
  "py-xgboost": "xgboost",
  "py-xgboost-cpu": "xgboost",
  pytables: "tables",
  "python-duckdb": "duckdb",
  pytorch: "torch",
  "pytorch-cpu": "torch",
  "tensorflow-base": "tensorflow",
  "uvicorn-standard": "uvicorn[standard]",
};

/** The installer itself: an environment made by uv needs none of it. */
export const INSTALLERS: readonly string[] = ["pip", "conda", "mamba", "uv"];

/** conda channels that hold the common packages; PyPI stands in for them. */
export const COMMON_CHANNELS: readonly string[] = ["conda-forge", "defaults", "anaconda", "main", "nodefaults"];

/** Channels whose packages are builds for GPUs, which no PyPI package of the same name replaces. */
export const REFUSED_CHANNELS: readonly string[] = ["nvidia"];

/** What is not a Python package, by pattern, with what to do instead. The first that matches counts. */
export const NOT_PYTHON: readonly { readonly pattern: RegExp; readonly what: string; readonly hint: string }[] = [
  {
    pattern: /^(cudatoolkit.*|cuda|cuda-.*|cudnn|nccl|cupti|cutensor|pytorch-cuda|tensorrt)$/,
    what: "part of the CUDA tool kit",
    hint: "remove it; the wheels of torch and tensorflow on PyPI bring their own CUDA libraries",
  },
  {
    pattern: /^(openmpi|mpich|mpi|impi-rt)$/,
    what: "a message passing library, not a Python package",
    hint: "remove it, or put it into a base image of your own and name that under 'environment.image'",
  },
  {
    pattern:
      /^(gcc|gxx|gfortran|clang|clangxx|llvm|llvm-.*|llvmdev|compilers|c-compiler|cxx-compiler|fortran-compiler|make|sysroot.*|binutils.*|(gcc|gxx|gfortran)-.*|.*-(linux|osx|win)-.*)$/,
    what: "a compiler or a build tool",
    hint: "remove it, or put it into a base image of your own and name that under 'environment.image'",
  },
  {
    pattern:
      /^(-openmp-mutex|-libgcc-mutex|mkl|mkl-.*|blas|openblas|lapack|intel-openmp|tbb|openssl|zlib|bzip2|xz|sqlite|readline|ncurses|tk|ca-certificates|icu|glib|libgcc.*|libgomp|libstdcxx.*|ld-impl-.*|lib(blas|cblas|lapack|openblas|ffi|uuid|zlib|nsl|gfortran.*|xgboost|png|jpeg.*|tiff|webp.*|xml2|gl))$/,
    what: "a system library",
    hint: "remove it; PyPI's wheels bring the libraries they need",
  },
  {
    pattern: /^(r|r-.*)$/,
    what: "R or one of its packages",
    hint: "serve R from an image of your own: 'environment.image' with 'inference_config'",
  },
  {
    pattern: /^(nodejs|npm|yarn|openjdk|java-.*|maven|go|rust|rust-.*|perl|ruby|julia)$/,
    what: "another language's run time",
    hint: "put it into a base image of your own and name that under 'environment.image'",
  },
  {
    pattern:
      /^(git|git-lfs|curl|wget|ffmpeg|graphviz|tesseract|poppler|bash|tini|unixodbc|msodbcsql.*|pandoc|nginx|runit|redis|postgresql)$/,
    what: "a program, not a Python package",
    hint: "put it into a base image of your own and name that under 'environment.image'",
  },
];

/** Packages that have the same name and content on conda and on PyPI: taken over without a word. */
export const SAME_NAME: ReadonlySet<string> = new Set(
  `absl-py accelerate aiohttp alembic altair annoy anyio arrow attrs azure-core azure-identity azure-keyvault-secrets
  azure-storage-blob azureml-inference-server-http beautifulsoup4 bokeh boto3 botocore cachetools catboost certifi
  cffi charset-normalizer click cloudpickle coverage cryptography cycler cython dask datasets dill distributed
  duckdb evaluate faiss-cpu fastapi fastparquet fairlearn filelock flask flask-cors fsspec gensim
  geopandas google-auth grpcio gunicorn h5py holidays httpx huggingface-hub hyperopt idna imageio imbalanced-learn
  importlib-metadata inference-schema interpret jax jaxlib jinja2 joblib jsonschema keras kiwisolver langchain
  librosa lightgbm lightning lime llvmlite lxml lz4 markupsafe marshmallow matplotlib mlflow mlflow-skinny mlserver
  mpmath msgpack msal multidict networkx nltk numba numexpr numpy onnx onnxconverter-common onnxmltools onnxruntime
  openai openpyxl optuna orjson packaging pandas pandera patsy pillow plotly polars prophet protobuf psutil
  psycopg2-binary py-cpuinfo pyarrow pyspark pycparser pydantic pydantic-core pydantic-settings pyjwt pymongo pyodbc
  pyparsing pyproj pytest python-dateutil python-dotenv pytorch-lightning pytz pywavelets pyyaml ray regex requests
  rich ruamel-yaml s3fs sacremoses safetensors scikit-image scikit-learn scikit-optimize scipy seaborn sentencepiece
  sentence-transformers setuptools shap shapely simplejson six skl2onnx skops sktime smart-open soundfile spacy
  sqlalchemy starlette statsmodels sympy tabulate tenacity tensorboard tensorflow tensorflow-cpu textblob
  threadpoolctl tiktoken timm tokenizers torch torchaudio torchmetrics torchvision tornado tqdm transformers
  typing-extensions ujson umap-learn urllib3 uvicorn werkzeug wheel xarray xgboost xlrd yarl zstandard`.split(/\s+/),
);
